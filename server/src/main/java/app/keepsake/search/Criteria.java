package app.keepsake.search;

import app.keepsake.asset.Visibility;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What an asset must be to be found. Each call narrows it; nothing called finds everything of the
 * caller's and their partners' that is not locked and not in the trash, and in an album
 * everybody's.
 */
public final class Criteria {

    /** A column that is compared as a whole. */
    public enum Text {
        CITY("e.city"),
        STATE("e.state"),
        COUNTRY("e.country"),
        MAKE("e.make"),
        MODEL("e.model"),
        LENS_MODEL("e.lens_model"),
        TYPE("a.type");

        private final String column;

        Text(String column) {
            this.column = column;
        }
    }

    /** A column that is searched for a part of it, whatever its case. */
    public enum Part {
        FILE_NAME("a.original_file_name"),
        PATH("a.original_path"),
        DESCRIPTION("e.description");

        private final String column;

        Part(String column) {
            this.column = column;
        }
    }

    /** A column that holds an instant. */
    public enum Date {
        TAKEN("a.file_created_at"),
        CREATED("a.created_at"),
        UPDATED("a.updated_at"),
        TRASHED("a.deleted_at");

        private final String column;

        Date(String column) {
            this.column = column;
        }
    }

    private final List<String> conditions = new ArrayList<>();
    private final Map<String, Object> params = new HashMap<>();
    private final Set<UUID> albumIds = new HashSet<>();
    private final Set<UUID> tagIds = new HashSet<>();
    private Set<UUID> partnerIds = Set.of();
    private Set<Visibility> visibilities = EnumSet.complementOf(EnumSet.of(Visibility.LOCKED));
    private boolean withDeleted;

    /** Null finds the assets for which the column is empty. */
    public void is(Text column, @Nullable String value) {
        add(column.column, "=", value);
    }

    public void contains(Part column, String part) {
        var pattern = part.replaceAll("[\\\\%_]", "\\\\$0");
        add(column.column, "ilike", "%" + pattern + "%");
    }

    /** Null finds the assets that have none. */
    public void rating(@Nullable Integer rating) {
        add("e.rating", "=", rating);
    }

    /** Null finds the assets that are in no library. */
    public void library(@Nullable UUID id) {
        add("a.library_id", "=", id);
    }

    public void id(UUID id) {
        add("a.id", "=", id);
    }

    public void checksum(byte[] sha1) {
        add("a.checksum", "=", sha1);
    }

    /** Whether it is one of the caller's; what others like is theirs to know. */
    public void isFavorite(boolean value) {
        add("(a.is_favorite and a.owner_id = :ownerId)", "=", value);
    }

    public void isOffline(boolean value) {
        withDeleted |= value;
        add("a.is_offline", "=", value);
    }

    /** Whether the asset is a live photo's still. */
    public void isMotion(boolean value) {
        conditions.add("(a.live_photo_video_id is not null) = " + value);
    }

    public void isEncoded(boolean value) {
        conditions.add(
                value
                        + " = exists (select from asset_file f"
                        + " where f.asset_id = a.id and f.type = 'encoded_video')");
    }

    public void notBefore(Date column, OffsetDateTime date) {
        withDeleted |= column == Date.TRASHED;
        add(column.column, ">=", date);
    }

    public void notAfter(Date column, OffsetDateTime date) {
        withDeleted |= column == Date.TRASHED;
        add(column.column, "<=", date);
    }

    /** Assets that show every one of these people. */
    public void people(Collection<UUID> ids) {
        for (var id : ids) {
            conditions.add(
                    "exists (select from asset_face f where f.asset_id = a.id"
                            + " and f.deleted_at is null and f.person_id = "
                            + param(id)
                            + ")");
        }
    }

    /** Assets that are in every one of these albums, also other people's. */
    public void albums(Collection<UUID> ids) {
        albumIds.addAll(ids);
        for (var id : ids) {
            conditions.add(
                    "a.id in (select asset_id from album_asset where album_id = "
                            + param(id)
                            + ")");
        }
    }

    /** Assets that are in no album. */
    public void inNoAlbum() {
        conditions.add("not exists (select from album_asset where asset_id = a.id)");
    }

    /** Assets that bear every one of these tags, or one below it. */
    public void tags(Collection<UUID> ids) {
        tagIds.addAll(ids);
        for (var id : ids) {
            conditions.add(
                    """
                    a.id in (
                        with recursive tags as (
                            select id from tag where id = %s
                            union all
                            select t.id from tag t join tags on t.parent_id = tags.id)
                        select asset_id from tag_asset join tags on tags.id = tag_id)
                    """
                            .formatted(param(id)));
        }
    }

    /** Assets that bear no tag. */
    public void untagged() {
        conditions.add("not exists (select from tag_asset where asset_id = a.id)");
    }

    /** Finds what is in the timeline of these, too. */
    void partners(Set<UUID> ids) {
        partnerIds = ids;
    }

    Set<UUID> albumIds() {
        return albumIds;
    }

    Set<UUID> tagIds() {
        return tagIds;
    }

    public void visibility(Visibility... any) {
        visibilities = Set.of(any);
    }

    /** Whether locked assets may be found. */
    boolean includesLocked() {
        return visibilities.contains(Visibility.LOCKED);
    }

    /** Finds what is in the trash, too. */
    public void withDeleted() {
        withDeleted = true;
    }

    /** As a condition over {@code asset a} and {@code asset_exif e}. */
    String sql() {
        var all = new ArrayList<>(conditions);
        all.add(owners());
        all.add(withDeleted ? "a.status <> 'deleted'" : "a.deleted_at is null");
        all.add("a.visibility = any(:visibilities)");
        if (!includesLocked()) {
            all.add("a.shown_as <> 'locked'"); // nor the moving half of a locked photo
        }
        return String.join(" and ", all);
    }

    private String owners() {
        if (!albumIds.isEmpty()) {
            return "(a.owner_id = :ownerId or a.deleted_at is null and a.shown_as <> 'locked')";
        }
        return partnerIds.isEmpty()
                ? "a.owner_id = :ownerId" // as asset_taken_idx has it
                : "(a.owner_id = :ownerId or a.owner_id = any(:partnerIds)"
                        + " and a.deleted_at is null and a.visibility = 'timeline')";
    }

    Map<String, Object> params(UUID ownerId) {
        var all = new HashMap<>(params);
        all.put("ownerId", ownerId);
        all.put("partnerIds", partnerIds.toArray(UUID[]::new));
        all.put(
                "visibilities",
                visibilities.stream().map(Visibility::wireName).toArray(String[]::new));
        return all;
    }

    private void add(String column, String operator, @Nullable Object value) {
        conditions.add(
                value == null
                        ? column + " is null"
                        : "%s %s %s".formatted(column, operator, param(value)));
    }

    private String param(Object value) {
        var name = "p" + params.size();
        params.put(name, value);
        return ":" + name;
    }
}
