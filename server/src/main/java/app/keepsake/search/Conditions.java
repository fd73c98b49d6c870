package app.keepsake.search;

import app.keepsake.asset.Visibility;
import app.keepsake.problem.Problem;
import app.keepsake.search.Column.Comparison;
import app.keepsake.search.Column.Part;
import app.keepsake.words.SearchWords;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What an asset must be, all at once. Each call narrows it. */
public sealed class Conditions permits Criteria {

    private static final int MOST_TEXT = 256;

    /** Around words that people mean letter by letter. */
    private static final Pattern QUOTES =
            Pattern.compile("^[\"'*\\p{Pi}\\p{Pf}]+|[\"'*\\p{Pi}\\p{Pf}]+$");

    /** What has several of something: people, albums or tags. */
    public enum Ids {
        /** Of the caller's, wherever the caller's cluster group knows them. */
        PEOPLE(
                """
                exists (select from asset_face f
                    where f.asset_id = a.id and f.deleted_at is null and f.is_visible
                        and f.person_id in (select known_as from known_person
                            where viewer_id = :ownerId and person_id = any(%s)))\
                """),
        ALBUMS("a.id in (select asset_id from album_asset where album_id = any(%s))"),
        /** One below a tag counts as that. */
        TAGS(
                """
                a.id in (
                    with recursive known as (
                        select id from tag where id = any(%s)
                        union
                        select t.id from tag t join known on t.parent_id = known.id)
                    select asset_id from tag_asset join known on known.id = tag_id)\
                """);

        private final String sql;

        Ids(String sql) {
            this.sql = sql;
        }
    }

    /** What an asset is or is not. */
    public enum Trait {
        /** One of the caller's favourites; what others like is theirs to know. */
        FAVORITE("(a.is_favorite and a.owner_id = :ownerId)"),
        OFFLINE("a.is_offline"),
        /** A live photo's still. */
        MOTION("(a.live_photo_video_id is not null)"),
        ENCODED(
                """
                exists (select from asset_file f
                    where f.asset_id = a.id and f.type = 'encoded_video')\
                """),
        IN_ALBUM("exists (select from album_asset aa where aa.asset_id = a.id)"),
        TAGGED(
                """
                exists (select from tag_asset ta join tag t on t.id = ta.tag_id
                    where ta.asset_id = a.id and t.user_id = :ownerId)\
                """),
        SHOWS_PEOPLE(
                """
                exists (select from asset_face f
                    where f.asset_id = a.id and f.deleted_at is null and f.is_visible
                        and f.person_id in (select known_as from known_person
                            where viewer_id = :ownerId))\
                """);

        private final String sql;

        Trait(String sql) {
            this.sql = sql;
        }
    }

    /** What the conditions of one search name, wherever among them. */
    static final class Named {
        final Map<String, Object> params = new HashMap<>();
        final Set<UUID> albumIds = new HashSet<>();
        final Set<UUID> albumsToSearch = new HashSet<>();
        final Set<UUID> tagIds = new HashSet<>();
        final Set<Visibility> visibilities = EnumSet.noneOf(Visibility.class);
        boolean visibility;
        boolean trash;

        String param(Object value) {
            var name = "p" + params.size();
            params.put(name, value);
            return ":" + name;
        }
    }

    final Named named;
    private final List<String> all = new ArrayList<>();

    Conditions(Named named) {
        this.named = named;
    }

    final void add(String condition) {
        all.add(condition);
    }

    /**
     * @param value as the column has it; null compares with what has no value, and makes sense of
     *     {@link Comparison#EQUAL} and {@link Comparison#DIFFERENT} alone
     */
    public void compare(Column column, Comparison comparison, @Nullable Object value) {
        name(column);
        var isVisibility = column == Column.VISIBILITY && comparison == Comparison.EQUAL;
        if (isVisibility && value instanceof String visibility) {
            Visibility.parse(visibility).ifPresent(named.visibilities::add);
        }
        var isSame = comparison == Comparison.EQUAL || comparison == Comparison.DIFFERENT;
        all.add(
                comparison.sql(
                        isSame ? column.seen() : column.sql(),
                        value == null ? null : named.param(value)));
    }

    /**
     * @param values as the column has them
     * @param not finds all others, also what has no value
     */
    public void oneOf(Column column, Object[] values, boolean not) {
        name(column);
        if (column == Column.VISIBILITY && !not) {
            for (var value : values) {
                Visibility.parse((String) value).ifPresent(named.visibilities::add);
            }
        }
        var found = "%s = any(%s)".formatted(column.sql(), named.param(values));
        all.add(not ? "(%s) is not true".formatted(found) : found);
    }

    /**
     * @param not finds all others, also what has no value
     */
    public void like(Column column, Part part, String text, boolean not) {
        var found = "%s ilike %s".formatted(column.sql(), named.param(part.pattern(text)));
        all.add(not ? "(%s) is not true".formatted(found) : found);
    }

    /** Each of these words stands on the picture, or one that is nearly it, or has it within. */
    public void ocr(String text) {
        if (text.length() > MOST_TEXT) {
            throw new Problem.Invalid("ocr must have at most %d characters".formatted(MOST_TEXT));
        }
        for (var word : SearchWords.of(text)) {
            var bare = QUOTES.matcher(word).replaceAll("");
            all.add(stands(bare.isEmpty() ? word : bare));
        }
    }

    private String stands(String word) {
        var isPlain = word.codePoints().allMatch(Character::isLetterOrDigit);
        var ways = new ArrayList<String>();
        if (isPlain) {
            ways.add("o.words %>> " + named.param(word));
        }
        // Two letters are part of too much, and pairs of a script without spaces are whole words.
        var letters = word.codePointCount(0, word.length());
        if (!isPlain || (SearchWords.isCjk(word) ? letters == 1 : letters > 2)) {
            ways.add("o.words like " + named.param(Part.ANY.pattern(word)));
        }
        return "a.id in (select o.asset_id from ocr o where o.is_visible and (%s))"
                .formatted(String.join(" or ", ways));
    }

    public void is(Trait trait, boolean value) {
        named.trash |= trait == Trait.OFFLINE && value;
        all.add(value ? trait.sql : "not " + trait.sql);
    }

    /** Every one of these. */
    public void allOf(Ids kind, Collection<UUID> ids) {
        search(kind, ids);
        for (var id : Set.copyOf(ids)) {
            all.add(having(kind, Set.of(id)));
        }
    }

    /** At least one of these. */
    public void anyOf(Ids kind, Collection<UUID> ids) {
        search(kind, ids);
        all.add(having(kind, ids));
    }

    public void noneOf(Ids kind, Collection<UUID> ids) {
        all.add("not " + having(kind, ids));
    }

    private void search(Ids kind, Collection<UUID> ids) {
        if (kind == Ids.ALBUMS) {
            named.albumsToSearch.addAll(ids);
        }
    }

    private String having(Ids kind, Collection<UUID> ids) {
        switch (kind) {
            case ALBUMS -> named.albumIds.addAll(ids);
            case TAGS -> named.tagIds.addAll(ids);
            case PEOPLE -> {}
        }
        return kind.sql.formatted(named.param(ids.toArray(UUID[]::new)));
    }

    private void name(Column column) {
        named.visibility |= column == Column.VISIBILITY;
        named.trash |= column == Column.TRASHED;
    }

    /** Over {@code asset a} and {@code asset_exif e}. */
    String sql() {
        return all.isEmpty() ? "true" : String.join(" and ", all);
    }
}
