package app.keepsake.asset;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ServerTest
class AssetsTests {

    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    @Autowired Assets assets;

    /** As a search finds that something was deleted, or locked, between its two statements. */
    @Test
    void listsInOrderWhatTheCallerMayReadAndLeavesOutTheRest() {
        var ana = users.user();
        var first = given.asset(ana, Map.of());
        var second = given.asset(ana, Map.of());
        var locked = given.asset(ana, Map.of("visibility", "locked"));
        var somebodys = given.asset(users.user(), Map.of());
        var gone = UUID.randomUUID();
        assertThat(assets.list(ana, List.of(gone, second, locked, somebodys, first)))
                .extracting(Asset::id)
                .containsExactly(second, first);
        assertThat(assets.list(ana, List.of())).isEmpty();
    }
}
