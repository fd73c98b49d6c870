package phone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Timestamp;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PGobject;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a phone of a user must have, from the server's database ({@code truth.sql}), or what a phone
 * has: all of it, also rows of others that nothing leads to any more.
 *
 * @param tables the rows of each table of the phone
 */
record Contents(Map<String, Set<Map<String, @Nullable Object>>> tables) {

    private static final Pattern SHARED = Pattern.compile("-- all tables: .*\n([^;]+);");
    private static final Pattern BLOCK = Pattern.compile("-- table (\\w+)\n([^;]+);");

    static Contents ofServer(JdbcClient jdbc, String userId) {
        var tables = new LinkedHashMap<String, Set<Map<String, @Nullable Object>>>();
        var queries = queries();
        var shared = SHARED.matcher(queries).results().findFirst().orElseThrow().group(1);
        var blocks = BLOCK.matcher(queries);
        while (blocks.find()) {
            var rows =
                    jdbc.sql(shared + blocks.group(2))
                            .param("me", UUID.fromString(userId))
                            .query()
                            .listOfRows();
            tables.put(blocks.group(1), plain(rows));
        }
        return new Contents(tables);
    }

    static Contents ofPhone(Phone phone) {
        var tables = new LinkedHashMap<String, Set<Map<String, @Nullable Object>>>();
        for (var table : Entity.TABLES) {
            tables.put(table, plain(phone.database().query("select * from " + table)));
        }
        return new Contents(tables);
    }

    /** Compares once the server's own work (metadata, removals) holds still during a sync. */
    static void awaitEqual(JdbcClient jdbc, Phone phone, Runnable sync) {
        Awaitility.await()
                .atMost(Duration.ofMinutes(2))
                .pollDelay(Duration.ZERO)
                .until(
                        () -> {
                            var before = ofServer(jdbc, phone.userId());
                            sync.run();
                            var after = ofServer(jdbc, phone.userId());
                            if (!before.equals(after)) {
                                return false;
                            }
                            assertThat(after.differences(ofPhone(phone)))
                                    .as("phone of %s", phone.userId())
                                    .isEmpty();
                            return true;
                        });
    }

    /** What {@code other} has too much, too little or otherwise, a line each. */
    List<String> differences(Contents other) {
        var differences = new ArrayList<String>();
        for (var table : Entity.TABLES) {
            var here = new HashSet<>(Objects.requireNonNull(tables.get(table)));
            var there = new HashSet<>(Objects.requireNonNull(other.tables.get(table)));
            var missing = new HashSet<>(here);
            missing.removeAll(there);
            there.removeAll(here);
            missing.forEach(row -> differences.add(table + " lacks " + row));
            there.forEach(row -> differences.add(table + " wrongly has " + row));
        }
        differences.sort(null);
        return differences;
    }

    private static Set<Map<String, @Nullable Object>> plain(
            List<? extends Map<String, @Nullable Object>> rows) {
        var plain = new HashSet<Map<String, @Nullable Object>>();
        for (var row : rows) {
            var columns = new TreeMap<String, @Nullable Object>();
            row.forEach((name, value) -> columns.put(name, plain(value)));
            plain.add(new HashMap<>(columns));
        }
        return plain;
    }

    /** The same value from either database: whole numbers, fractions, texts. */
    private static @Nullable Object plain(@Nullable Object value) {
        return switch (value) {
            case null -> null;
            case Timestamp time -> time.getTime();
            case Boolean flag -> flag ? 1L : 0L;
            case Float number -> Double.valueOf(number.toString());
            case Double number -> number;
            case Number number -> number.longValue();
            case PGobject json ->
                    LocalDatabase.SORTED.writeValueAsString(
                            JsonMapper.shared().readTree(json.getValue()));
            default -> value.toString();
        };
    }

    private static String queries() {
        try (var stream = Contents.class.getResourceAsStream("/phone/truth.sql")) {
            return new String(
                    Objects.requireNonNull(stream).readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
