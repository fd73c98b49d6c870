package app.keepsake.trash;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.stack.StacksChanged;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What leads a stack when its first asset is trashed or deleted. */
class TrashedStackTests extends TrashTest {

    @Test
    void aStackGetsAnotherPrimaryAndDissolvesWhenOneIsLeft() {
        var oldest = given.asset(ana, Map.of("file_created_at", "2020-01-01T00:00:00Z"));
        var primary = given.asset(ana, Map.of());
        var youngest = given.asset(ana, Map.of("file_created_at", "2025-01-01T00:00:00Z"));
        var stack = stack(primary, oldest, youngest);
        delete(true, primary);
        assertThat(primaryOf(stack)).isEqualTo(oldest);
        assertThat(events.stream(StacksChanged.class))
                .containsExactly(new StacksChanged(ana.userId()));
        delete(true, oldest);
        assertThat(jdbc.sql("select 1 from stack where id = ?").param(stack).query().listOfRows())
                .isEmpty();
        assertThat(
                        jdbc.sql("select stack_id from asset where id = ?")
                                .param(youngest)
                                .query(UUID.class)
                                .optional())
                .isEmpty();
    }

    @Test
    void whatShowsLeadsAStackBeforeWhatDoesNot() {
        var at = "file_created_at";
        var trashed = given.asset(ana, Map.of(at, "2020-01-01T00:00:00Z"));
        trashedSince(trashed, "1 day");
        var locked = given.asset(ana, Map.of(at, "2020-01-02T00:00:00Z", "visibility", "locked"));
        var archived =
                given.asset(ana, Map.of(at, "2020-01-03T00:00:00Z", "visibility", "archive"));
        var shown = given.asset(ana, Map.of(at, "2020-01-04T00:00:00Z"));
        var primary = given.asset(ana, Map.of());
        var stack = stack(primary, trashed, locked, archived, shown);
        for (var next : List.of(shown, archived)) {
            delete(true, primaryOf(stack));
            assertThat(primaryOf(stack)).isEqualTo(next);
        }
    }

    @Test
    void whatIsTrashedLeadsAStackNoMoreWhileSomethingShows() {
        var primary = given.asset(ana, Map.of());
        var second = given.asset(ana, Map.of());
        var third = given.asset(ana, Map.of("file_created_at", "2025-01-01T00:00:00Z"));
        var stack = stack(primary, second, third);
        delete(false, primary, second);
        assertThat(primaryOf(stack)).isEqualTo(third);
        assertThat(events.stream(StacksChanged.class))
                .containsExactly(new StacksChanged(ana.userId()));
        delete(false, third);
        assertThat(primaryOf(stack)).isEqualTo(third);
    }

    private UUID stack(UUID primary, UUID... others) {
        var stack = UUID.randomUUID();
        jdbc.sql("insert into stack (id, owner_id, primary_asset_id) values (?, ?, ?)")
                .params(stack, ana.userId(), primary)
                .update();
        jdbc.sql("update asset set stack_id = ? where id = ?").params(stack, primary).update();
        for (var other : others) {
            jdbc.sql("update asset set stack_id = ? where id = ?").params(stack, other).update();
        }
        return stack;
    }

    private UUID primaryOf(UUID stack) {
        return jdbc.sql("select primary_asset_id from stack where id = ?")
                .param(stack)
                .query(UUID.class)
                .single();
    }
}
