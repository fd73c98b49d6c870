package phone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.cfg.JsonNodeFeature;
import tools.jackson.databind.json.JsonMapper;

/**
 * The app's SQLite database, as far as the server fills it ({@code remote-tables.sql}): what breaks
 * a foreign key or a unique index in the app breaks it here. May be used from several threads.
 */
final class LocalDatabase implements AutoCloseable {

    /** Objects are compared as text, so their fields have an order. */
    static final JsonMapper SORTED =
            JsonMapper.builder().enable(JsonNodeFeature.WRITE_PROPERTIES_SORTED).build();

    private final Contract contract;
    private final Connection connection;
    private final Map<String, PreparedStatement> upserts = new LinkedHashMap<>();

    LocalDatabase(Contract contract) {
        this.contract = contract;
        try {
            connection = DriverManager.getConnection("jdbc:sqlite::memory:");
            run("pragma foreign_keys = on");
            for (var statement : schema().replaceAll("--[^\n]*", "").split(";\\s*")) {
                if (!statement.isBlank()) {
                    run(statement);
                }
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Applies lines of one type, all or none, as the app does. */
    synchronized void apply(String type, List<JsonNode> data) {
        var entity = Entity.of(type);
        data.forEach(row -> contract.check(entity.schema(), row));
        try {
            connection.setAutoCommit(false);
            try {
                for (var row : data) {
                    if (entity.keys().isEmpty()) {
                        keep(entity, row);
                    } else {
                        remove(entity, row);
                    }
                }
                connection.commit();
            } finally {
                connection.rollback();
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new AppBroke(type + " " + data, e);
        }
    }

    private void keep(Entity entity, JsonNode row) throws SQLException {
        var fields = contract.fields(entity.schema());
        var upsert = upserts.get(entity.table());
        if (upsert == null) {
            upsert = connection.prepareStatement(upsert(entity.table(), names(fields)));
            upserts.put(entity.table(), upsert);
        }
        int i = 1;
        for (var field : fields.properties()) {
            upsert.setObject(i++, value(field.getValue(), row.path(field.getKey())));
        }
        upsert.executeUpdate();
    }

    private static List<String> names(JsonNode fields) {
        return fields.properties().stream().map(Map.Entry::getKey).toList();
    }

    private String upsert(String table, List<String> columns) throws SQLException {
        var keys =
                query("select name from pragma_table_info('%s') where pk > 0".formatted(table))
                        .stream()
                        .map(row -> (String) row.get("name"))
                        .toList();
        return "insert into %s (%s) values (%s) on conflict (%s) do update set %s"
                .formatted(
                        table,
                        columns.stream()
                                .map(LocalDatabase::quoted)
                                .collect(Collectors.joining(",")),
                        columns.stream().map(_ -> "?").collect(Collectors.joining(",")),
                        String.join(",", keys),
                        columns.stream()
                                .map(c -> quoted(c) + " = excluded." + quoted(c))
                                .collect(Collectors.joining(",")));
    }

    private static String quoted(String name) {
        return '"' + name + '"';
    }

    private void remove(Entity entity, JsonNode row) throws SQLException {
        var keys = List.copyOf(entity.keys().entrySet());
        var condition =
                keys.stream()
                        .map(key -> key.getKey() + " = ?")
                        .collect(Collectors.joining(" and "));
        try (var delete =
                connection.prepareStatement(
                        "delete from %s where %s".formatted(entity.table(), condition))) {
            for (int i = 0; i < keys.size(); i++) {
                delete.setString(i + 1, row.path(keys.get(i).getValue()).asString());
            }
            delete.executeUpdate();
        }
    }

    private static @Nullable Object value(JsonNode field, JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (field.path("format").asString("").equals("date-time")) {
            return OffsetDateTime.parse(value.asString()).toInstant().toEpochMilli();
        }
        return switch (value.getNodeType()) {
            case OBJECT, ARRAY -> SORTED.writeValueAsString(value);
            case BOOLEAN -> value.asBoolean() ? 1 : 0;
            case NUMBER -> value.isIntegralNumber() ? value.asLong() : value.asDouble();
            default -> value.asString();
        };
    }

    /** Forgets all that the server has said, after a reset. */
    synchronized void wipe() {
        try {
            run("pragma foreign_keys = off");
            for (var table : Entity.TABLES) {
                run("delete from " + table);
            }
            run("pragma foreign_keys = on");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Lets go of others' assets that nothing leads to any more, as some versions of the app do. */
    synchronized void prune(String userId) {
        try (var delete =
                connection.prepareStatement(
                        """
                        delete from asset where ownerId <> ?
                            and ownerId not in
                                (select sharedById from partner where sharedWithId = ?)
                            and id not in (select assetId from album_asset)
                        """)) {
            delete.setString(1, userId);
            delete.setString(2, userId);
            delete.executeUpdate();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Rows as maps from column to value. */
    synchronized List<Map<String, @Nullable Object>> query(String sql, Object... parameters) {
        try (var select = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                select.setObject(i + 1, parameters[i]);
            }
            try (var rows = select.executeQuery()) {
                return maps(rows);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /** The rows of a result, each with its columns in alphabetical order. */
    static List<Map<String, @Nullable Object>> maps(ResultSet rows) throws SQLException {
        var list = new ArrayList<Map<String, @Nullable Object>>();
        var columns = rows.getMetaData();
        while (rows.next()) {
            var row = new TreeMap<String, @Nullable Object>();
            for (int i = 1; i <= columns.getColumnCount(); i++) {
                row.put(columns.getColumnLabel(i), rows.getObject(i));
            }
            list.add(row);
        }
        return list;
    }

    int count(String table) {
        return ((Number)
                        Objects.requireNonNull(
                                query("select count(*) as n from " + table).getFirst().get("n")))
                .intValue();
    }

    private void run(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    private static String schema() {
        try (var stream = LocalDatabase.class.getResourceAsStream("/phone/remote-tables.sql")) {
            return new String(
                    Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public synchronized void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }
}
