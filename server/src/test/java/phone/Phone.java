package phone;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/** A phone with the Immich app 3.x on it. */
final class Phone implements AutoCloseable {

    private static final Contract CONTRACT = new Contract();

    private final Connection connection;
    private final LocalDatabase database = new LocalDatabase(CONTRACT);
    private final List<Photo> cameraRoll = new ArrayList<>();
    private final ConcurrentLinkedQueue<JsonNode> events = new ConcurrentLinkedQueue<>();
    private @Nullable String userId;
    private @Nullable Socket socket;
    private CompletableFuture<?> background = CompletableFuture.completedFuture(null);

    private Phone(Connection connection) {
        this.connection = connection;
    }

    /**
     * The first connect: the person types an address.
     *
     * @param typed such as {@code http://192.168.1.5:2283}
     */
    static Phone connect(URI typed, String model) {
        var phone = new Phone(new Connection(CONTRACT, discover(typed), model));
        if (!phone.get("/server/ping").path("res").asString().equals("pong")) {
            throw new AppBroke("nobody answers the ping");
        }
        var version = phone.get("/server/version");
        if (version.path("major").asInt() != 3) {
            throw new AppBroke("this app asks a server 3.x, not " + version);
        }
        phone.get("/server/features");
        phone.get("/server/config");
        return phone;
    }

    private static URI discover(URI typed) {
        try (var http = HttpClient.newHttpClient()) {
            var answer =
                    http.send(
                            HttpRequest.newBuilder(typed.resolve("/.well-known/immich")).build(),
                            BodyHandlers.ofString());
            var path =
                    answer.statusCode() == 200
                            ? Contract.JSON
                                    .readTree(answer.body())
                                    .path("api")
                                    .path("endpoint")
                                    .asString()
                            : "/api";
            return typed.resolve(path);
        } catch (java.io.IOException | InterruptedException e) {
            throw new AppBroke("no server", e);
        }
    }

    /** Logs in, and starts as the app does: two calls at once, then what old versions left. */
    Phone login(String email, String password) {
        var login = post("/auth/login", Contract.body("email", email, "password", password));
        userId = login.path("userId").asString();
        start();
        Sync.forgetOldVersions(connection);
        return this;
    }

    /** What the app asks after a login; if either fails, the login has failed. */
    void start() {
        var me = CompletableFuture.supplyAsync(() -> get("/users/me"));
        var preferences = CompletableFuture.supplyAsync(() -> get("/users/me/preferences"));
        try {
            CompletableFuture.allOf(me, preferences).join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw e;
        }
        if (!me.join().path("id").asString().equals(userId())) {
            throw new AppBroke("logged in as one, and is another: " + me.join());
        }
    }

    /**
     * At each start and navigation. A dead session logs the app out and clears its data; any other
     * failure is ignored.
     */
    boolean isLoggedIn() {
        try {
            if (post("/auth/validateToken", null).path("authStatus").asBoolean()) {
                return true;
            }
        } catch (Refused refused) {
            if (refused.status != 401) {
                return true;
            }
        }
        database.wipe();
        connection.forgetCookies();
        return false;
    }

    /** To the end. One sync runs at a time. */
    synchronized void sync() {
        Sync.run(connection, database);
    }

    /** As far as the network allows; says whether that was to the end. */
    synchronized boolean sync(Sync.Network network) {
        return Sync.run(connection, database, network);
    }

    void prune() {
        database.prune(userId());
    }

    /** The camera has taken it. */
    Phone takes(Photo photo) {
        cameraRoll.add(photo);
        return this;
    }

    /** Local photos whose checksum is not among this user's, as far as this phone knows. */
    List<Photo> candidates() {
        return cameraRoll.stream()
                .filter(
                        photo ->
                                database.query(
                                                """
                                                select 1 as found from asset
                                                where ownerId = ? and checksum = ?
                                                """,
                                                userId(),
                                                photo.checksum())
                                        .isEmpty())
                .toList();
    }

    /** Uploads what is missing, three at a time, and says which id each has now. */
    Map<Photo, String> backup() {
        var ids = new LinkedHashMap<Photo, String>();
        try (var three = Executors.newFixedThreadPool(3)) {
            var uploads =
                    candidates().stream()
                            .map(photo -> Map.entry(photo, three.submit(() -> upload(photo).id())))
                            .toList();
            for (var upload : uploads) {
                ids.put(upload.getKey(), upload.getValue().get());
            }
        } catch (ExecutionException e) {
            throw new AppBroke("the backup stopped", e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
        return ids;
    }

    /**
     * @param isCreated not so when the server had the photo already
     */
    record Uploaded(String id, boolean isCreated) {}

    /** Uploads a photo; a live one in two steps, film first. */
    Uploaded upload(Photo photo) {
        var upload = new Upload(photo);
        if (photo.film() != null) {
            var film = upload(new Upload(photo.film()).field("visibility", "hidden"));
            upload.field("livePhotoVideoId", film.id());
        }
        return upload(upload);
    }

    Uploaded upload(Upload upload, String... headers) {
        var answer =
                connection.post(
                        "/assets",
                        upload.contentType(),
                        BodyPublishers.ofByteArray(upload.bytes()),
                        headers);
        var body = Contract.JSON.readTree(answer.body());
        var expected = answer.statusCode() == 201 ? "created" : "duplicate";
        if (!body.path("status").asString().equals(expected)) {
            throw new AppBroke("%d %s".formatted(answer.statusCode(), body));
        }
        return new Uploaded(body.path("id").asString(), answer.statusCode() == 201);
    }

    /** Connects as after a login or when the app is opened again. */
    Socket openSocket() {
        var opened = Socket.open(connection, this::receive);
        socket = opened;
        return opened;
    }

    private void receive(String name, JsonNode event) {
        events.add(event);
        if (name.equals("AssetUploadReadyV2")) {
            database.apply("AssetV2", List.of(event.path(1).required("asset")));
            database.apply("AssetExifV1", List.of(event.path(1).required("exif")));
        } else if (name.equals("on_album_update")) {
            background = background.thenRunAsync(this::sync);
        }
    }

    /** Waits for what events have set off; throws what broke the app meanwhile. */
    void settle() {
        background.join();
    }

    /** The first event of this name so far: its name and its arguments. */
    Optional<JsonNode> event(String name) {
        return events.stream().filter(event -> event.path(0).asString().equals(name)).findFirst();
    }

    JsonNode get(String path) {
        return connection.get(path);
    }

    JsonNode post(String path, @Nullable JsonNode body) {
        return connection.call("POST", path, body);
    }

    JsonNode put(String path, JsonNode body) {
        return connection.call("PUT", path, body);
    }

    JsonNode delete(String path, @Nullable JsonNode body) {
        return connection.call("DELETE", path, body);
    }

    Connection connection() {
        return connection;
    }

    LocalDatabase database() {
        return database;
    }

    String userId() {
        if (userId == null) {
            throw new IllegalStateException("not logged in");
        }
        return userId;
    }

    @Override
    public void close() {
        if (socket != null) {
            socket.close();
        }
        connection.close();
        database.close();
    }
}
