package app.keepsake.copy;

import app.keepsake.album.AlbumChanged;
import app.keepsake.asset.SidecarCopied;
import app.keepsake.auth.Access;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.problem.Problem;
import app.keepsake.stack.StacksChanged;
import app.keepsake.storage.Arrival;
import app.keepsake.storage.Library;
import app.keepsake.storage.Originals;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Gives an asset what another of the same owner has: its albums, its stack, its sidecar. */
@Component
public class Copies {

    private record Sidecar(String originalPath, @Nullable String sidecarPath) {

        /** Where it has one already: that would be nobody's. */
        String place() {
            return sidecarPath == null ? originalPath + ".xmp" : sidecarPath;
        }
    }

    private final Access access;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final Library library;
    private final Originals originals;
    private final ApplicationEventPublisher events;

    Copies(
            Access access,
            JdbcClient jdbc,
            TransactionTemplate transaction,
            Library library,
            Originals originals,
            ApplicationEventPublisher events) {
        this.access = access;
        this.jdbc = jdbc;
        this.transaction = transaction;
        this.library = library;
        this.originals = originals;
        this.events = events;
    }

    /** Both must be the caller's. What the source has not, the target keeps. */
    public void copy(Caller caller, UUID sourceId, UUID targetId, Set<Part> parts) {
        access.requireAssets(caller, Permission.ASSET_COPY, List.of(sourceId, targetId));
        if (sourceId.equals(targetId)) {
            throw new Problem.Invalid("Source and target id must be distinct");
        }
        if (parts.contains(Part.SIDECAR)) {
            copySidecar(sourceId, targetId);
        }
        transaction.executeWithoutResult(
                _ -> {
                    jdbc.sql(
                                    "select id from asset where id in (?, ?) order by id for no key update")
                            .params(sourceId, targetId)
                            .query(UUID.class)
                            .list();
                    if (parts.contains(Part.FAVORITE)) {
                        copyFavorite(sourceId, targetId);
                    }
                    if (parts.contains(Part.ALBUMS)) {
                        copyAlbums(sourceId, targetId);
                    }
                    if (parts.contains(Part.STACK)) {
                        copyStack(caller.userId(), sourceId, targetId);
                    }
                });
    }

    private void copyFavorite(UUID sourceId, UUID targetId) {
        jdbc.sql(
                        """
                        update asset set updated_at = now(),
                            is_favorite = (select is_favorite from asset where id = :source)
                        where id = :target
                        """)
                .param("source", sourceId)
                .param("target", targetId)
                .update();
    }

    private void copyAlbums(UUID sourceId, UUID targetId) {
        jdbc.sql(
                        """
                        insert into album_asset (album_id, asset_id)
                        select album_id, :target from album_asset
                        where asset_id = :source
                            and exists (select from asset where id = :target
                                and visibility in ('timeline', 'archive'))
                        on conflict do nothing returning album_id
                        """)
                .param("source", sourceId)
                .param("target", targetId)
                .query(UUID.class)
                .list()
                .forEach(albumId -> events.publishEvent(new AlbumChanged(albumId)));
    }

    /** The target joins the source's stack; if it has one of its own, that one takes all in. */
    private void copyStack(UUID ownerId, UUID sourceId, UUID targetId) {
        var moved =
                jdbc.sql(
                                """
                                with source as (select stack_id from asset where id = :source),
                                    target as (select stack_id from asset where id = :target)
                                update asset set updated_at = now(), stack_id =
                                    coalesce(target.stack_id, source.stack_id)
                                from source, target
                                where source.stack_id is distinct from target.stack_id
                                    and source.stack_id is not null
                                    and (asset.id = :target or asset.stack_id = source.stack_id)
                                """)
                        .param("source", sourceId)
                        .param("target", targetId)
                        .update();
        if (moved > 0) {
            jdbc.sql(
                            """
                            delete from stack s where owner_id = ? and not exists (
                                select from asset where stack_id = s.id)
                            """)
                    .param(ownerId)
                    .update();
            events.publishEvent(new StacksChanged(ownerId));
        }
    }

    /** First the file, as an upload does it (I1), then the row that names it. */
    private void copySidecar(UUID sourceId, UUID targetId) {
        var source = sidecar(sourceId).sidecarPath;
        if (source == null) {
            return;
        }
        originals.requireWritable(0);
        var file = library.resolve(source);
        // Opened first: it may be moved meanwhile, too.
        try (var from = Files.newInputStream(file)) {
            var modifiedAt = Files.getLastModifiedTime(file).toInstant();
            receive(from, modifiedAt, targetId);
        } catch (NoSuchFileException e) {
            throw new Problem.NotFound("The sidecar is missing from the library");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        events.publishEvent(new SidecarCopied(targetId));
    }

    private void receive(InputStream from, Instant modifiedAt, UUID targetId) throws IOException {
        try (var arrival = originals.receiveFor(sidecar(targetId).place())) {
            var buffer = new byte[8192];
            for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
                arrival.write(buffer, 0, read);
            }
            arrival.sync(modifiedAt);
            transaction.executeWithoutResult(_ -> placeSidecar(arrival, targetId));
        }
    }

    /**
     * Who moves the original waits: it must not stand beside where that was. What a person said of
     * the target stood in what it replaces, and is to be written into it.
     */
    private void placeSidecar(Arrival arrival, UUID targetId) {
        jdbc.sql("select id from asset where id = ? for no key update")
                .param(targetId)
                .query(UUID.class)
                .list();
        var place = sidecar(targetId).place();
        arrival.moveTo(place);
        arrival.syncName();
        jdbc.sql(
                        """
                        with changed as (
                            update asset set sidecar_path = :place, updated_at = now()
                            where id = :target returning id
                        )
                        insert into asset_job_status (asset_id, sidecar_at)
                        select id, null from changed
                        on conflict (asset_id) do update set
                            metadata_extracted_at = null, sidecar_at = null
                        """)
                .param("place", place)
                .param("target", targetId)
                .update();
    }

    private Sidecar sidecar(UUID id) {
        return jdbc.sql("select original_path, sidecar_path from asset where id = ?")
                .param(id)
                .query(Sidecar.class)
                .optional()
                .orElseThrow(() -> new Problem.NoAccess(Permission.ASSET_COPY.wireName()));
    }
}
