package app.keepsake.immich.socket;

import app.keepsake.album.AlbumChanged;
import app.keepsake.asset.AssetHidden;
import app.keepsake.asset.Assets;
import app.keepsake.asset.AssetsDeleted;
import app.keepsake.asset.AssetsRestored;
import app.keepsake.asset.AssetsTrashed;
import app.keepsake.asset.AssetsUpdated;
import app.keepsake.asset.EditsReady;
import app.keepsake.asset.ThumbnailsReady;
import app.keepsake.asset.Visibility;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.SessionClosed;
import app.keepsake.immich.asset.AssetResponseDto;
import app.keepsake.person.People;
import app.keepsake.person.PortraitsReady;
import app.keepsake.settings.ConfigChanged;
import app.keepsake.stack.StacksChanged;
import app.keepsake.sync.SyncedAssets;
import app.keepsake.user.UserDeleted;
import io.lettuce.core.RedisException;
import jakarta.annotation.PreDestroy;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Gatherers;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionalEventListener;
import tools.jackson.databind.util.RawValue;

/**
 * Tells clients what has happened, once it is committed, in the order in which it did. On a thread
 * of its own: no call waits for Redis, and none fails for want of it.
 */
@Component
class SocketEvents {

    private static final Logger log = LoggerFactory.getLogger(SocketEvents.class);

    /** Immich's, so that the client which ends its own session has its answer first. */
    private static final Duration AFTER_THE_ANSWER = Duration.ofMillis(500);

    /** Ids in one message; and messages that may wait, beyond which they are dropped (I7). */
    private static final int MOST_IDS = 1_000;

    private static final int MOST_WAITING = 10_000;

    private final Sockets sockets;
    private final SocketQueries queries;
    private final Packets packets;
    private final Assets assets;
    private final SyncedAssets synced;
    private final People people;
    private final ScheduledThreadPoolExecutor thread =
            new ScheduledThreadPoolExecutor(
                    1, Thread.ofPlatform().name("socket-events").daemon().factory());

    SocketEvents(
            Sockets sockets,
            SocketQueries queries,
            Packets packets,
            Assets assets,
            SyncedAssets synced,
            People people) {
        this.sockets = sockets;
        this.queries = queries;
        this.packets = packets;
        this.assets = assets;
        this.synced = synced;
        this.people = people;
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(ThumbnailsReady ready) {
        var id = ready.assetId();
        soon(
                () ->
                        queries.ownerOf(id)
                                .ifPresent(
                                        owner -> tellOf(owner, List.of(id), "on_upload_success")));
        soon(() -> tellPhones(id));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(EditsReady ready) {
        soon(() -> tellPhonesOfEdits(ready.assetId()));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(AssetsUpdated updated) {
        var owner = updated.ownerId();
        soon(() -> inParts(updated.assetIds(), ids -> tellOf(owner, ids, "on_asset_update")));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(AssetsDeleted deleted) {
        soon(() -> inParts(deleted.assetIds(), ids -> tellOfDeleted(deleted.ownerId(), ids)));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(PortraitsReady ready) {
        soon(() -> tellOfPortraits(ready.assetId()));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(AssetsTrashed trashed) {
        var owner = trashed.ownerId();
        soon(() -> inParts(trashed.assetIds(), ids -> tell(owner, "on_asset_trash", ids)));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(AssetsRestored restored) {
        var owner = restored.ownerId();
        soon(() -> inParts(restored.assetIds(), ids -> tell(owner, "on_asset_restore", ids)));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(AssetHidden hidden) {
        soon(() -> tell(hidden.ownerId(), "on_asset_hidden", hidden.assetId()));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(StacksChanged changed) {
        soon(() -> tell(changed.ownerId(), "on_asset_stack_update"));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(AlbumChanged changed) {
        var id = changed.albumId();
        soon(() -> announce(queries.membersOf(id), false, packets.event("on_album_update", id)));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(UserDeleted deleted) {
        var id = deleted.userId();
        soon(() -> announce(null, false, packets.event("on_user_delete", id)));
        soon(() -> announce(Set.of(id), true));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(SessionClosed closed) {
        var id = closed.sessionId();
        var packet = packets.event("on_session_delete", id);
        later(AFTER_THE_ANSWER, () -> announce(Set.of(id), true, packet));
    }

    @TransactionalEventListener(fallbackExecution = true)
    void on(ConfigChanged changed) {
        soon(() -> announce(null, false, packets.event("on_config_update")));
    }

    @PreDestroy
    void close() {
        thread.shutdownNow();
    }

    /** With each asset as its owner sees it without the PIN; of a moving half nothing is told. */
    private void tellOf(UUID ownerId, List<UUID> assetIds, String event) {
        var owner = new Caller(ownerId, false, null, null, false, Set.of(Permission.ALL));
        var told =
                assets.list(owner, assetIds).stream()
                        .filter(asset -> asset.visibility() != Visibility.HIDDEN)
                        .map(asset -> packets.event(event, AssetResponseDto.of(asset)))
                        .toArray(String[]::new);
        if (told.length > 0) {
            announce(Set.of(ownerId), false, told);
        }
    }

    /** In the form of their sync, so that a photo stands in the app without one. */
    private void tellPhones(UUID assetId) {
        var owner = queries.ownerOfShown(assetId);
        var payload = synced.withExif(assetId);
        if (owner.isPresent() && payload.isPresent()) {
            tell(owner.get(), "AssetUploadReadyV2", new RawValue(payload.get()));
        }
    }

    private void tellPhonesOfEdits(UUID assetId) {
        var owner = queries.ownerOf(assetId);
        var payload = synced.withEdits(assetId);
        if (owner.isPresent() && payload.isPresent()) {
            tell(owner.get(), "AssetEditReadyV2", new RawValue(payload.get()));
        }
    }

    private void tellOfPortraits(UUID assetId) {
        queries.ownerOf(assetId)
                .ifPresent(
                        owner ->
                                people.featuredOn(assetId)
                                        .forEach(id -> tell(owner, "on_person_thumbnail", id)));
    }

    private void tellOfDeleted(UUID ownerId, List<UUID> assetIds) {
        var told = assetIds.stream().map(id -> packets.event("on_asset_delete", id));
        announce(Set.of(ownerId), false, told.toArray(String[]::new));
    }

    private void tell(UUID room, String event, Object... arguments) {
        announce(Set.of(room), false, packets.event(event, arguments));
    }

    private void announce(@Nullable Set<UUID> rooms, boolean isLast, String... told) {
        sockets.announce(new Announcement(rooms, List.of(told), isLast));
    }

    private static void inParts(List<UUID> ids, Consumer<List<UUID>> each) {
        ids.stream().gather(Gatherers.windowFixed(MOST_IDS)).forEach(each);
    }

    private void soon(Runnable telling) {
        later(Duration.ZERO, telling);
    }

    private void later(Duration delay, Runnable telling) {
        if (thread.getQueue().size() >= MOST_WAITING) {
            log.warn("More happens than clients can be told of: an event is left out");
            return;
        }
        thread.schedule(() -> attempt(telling), delay.toMillis(), TimeUnit.MILLISECONDS);
    }

    private static void attempt(Runnable telling) {
        try {
            telling.run();
        } catch (RedisException away) {
            log.warn("Redis is away, so clients are not told of a change: {}", away.getMessage());
        } catch (RuntimeException e) {
            log.warn("Clients could not be told of a change; they find it when they ask", e);
        }
    }
}
