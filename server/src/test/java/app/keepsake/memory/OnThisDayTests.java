package app.keepsake.memory;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.ConfigFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

@ServerTest
class OnThisDayTests {

    private static final LocalDate TODAY = LocalDate.parse("2090-05-06");

    @Autowired OnThisDay onThisDay;
    @Autowired Memories memories;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired ConfigFixtures config;
    @Autowired AssetFixtures given;
    Caller ana;

    @BeforeEach
    void setUp() {
        ana = users.user();
        jdbc.sql("delete from system_metadata where key = 'memories-state'").update();
    }

    private UUID taken(String localDateTime) {
        return given.asset(ana, Map.of("local_date_time", localDateTime));
    }

    private List<Memory> all() {
        return memories.list(
                ana,
                new MemoryFilter(null, null, null, false, null, MemoryFilter.Order.DESC, 1, 1000));
    }

    @Test
    void eachPastYearOfADayBecomesAMemoryThatShowsOnThatDay() {
        var morning = taken("2020-05-06T00:00:00");
        var night = taken("2020-05-06T23:59:59");
        var older = taken("1985-05-06T12:00:00");
        taken("2020-05-10T12:00:00");
        taken("2020-05-02T12:00:00");
        taken("2090-05-06T12:00:00");
        given.asset(ana, Map.of("local_date_time", "2020-05-06T12:00:00", "visibility", "archive"));
        onThisDay.catchUp(TODAY);
        assertThat(all()).extracting(Memory::year).containsExactly(2020, 1985);
        var memory = all().getFirst();
        assertThat(memory.assetIds()).containsExactly(morning, night);
        assertThat(memory.memoryAt()).isEqualTo("2020-05-06T00:00:00Z");
        assertThat(memory.showAt()).isEqualTo("2090-05-06T00:00:00Z");
        assertThat(memory.hideAt()).isEqualTo("2090-05-06T23:59:59.999Z");
        assertThat(all().getLast().assetIds()).containsExactly(older);
    }

    @Test
    void whereAdministratorsWantNoneThereIsNone() {
        var today = LocalDate.now(ZoneOffset.UTC);
        taken(today.minusYears(4) + "T12:00:00");
        config.set("/nightlyTasks/generateMemories", "false");
        try {
            onThisDay.run();
            assertThat(all()).isEmpty();
        } finally {
            config.reset();
        }
        onThisDay.run();
        assertThat(all()).hasSize(1);
    }

    @Test
    void theDaysAroundTodayAreMadeAheadAndEachOnce() throws Exception {
        for (var day = 2; day <= 11; day++) {
            taken("2020-05-%02dT12:00:00".formatted(day));
        }
        try (var servers = Executors.newFixedThreadPool(4)) {
            Callable<Boolean> server =
                    () -> {
                        onThisDay.catchUp(TODAY);
                        return true;
                    };
            for (var done : servers.invokeAll(List.of(server, server, server, server))) {
                assertThat(done.get()).isTrue();
            }
        }
        assertThat(all()).hasSize(7);
        assertThat(all().getFirst().showAt()).isEqualTo("2090-05-09T00:00:00Z");
        memories.delete(ana, all().getFirst().id());
        onThisDay.catchUp(TODAY.plusDays(1));
        assertThat(all().getFirst().showAt()).isEqualTo("2090-05-10T00:00:00Z");
        assertThat(all()).hasSize(7);
    }

    @Test
    void aLeapDayHasOnlyLeapYears() {
        var leap = taken("2016-02-29T12:00:00");
        taken("2017-02-28T12:00:00");
        onThisDay.catchUp(LocalDate.parse("2088-02-29"));
        assertThat(
                        all().stream()
                                .filter(
                                        it ->
                                                it.memoryAt()
                                                        .equals(
                                                                Instant.parse(
                                                                        "2016-02-29T00:00:00Z")))
                                .flatMap(it -> it.assetIds().stream()))
                .containsExactly(leap);
        assertThat(all().stream().filter(it -> it.year() == 2017).map(Memory::showAt))
                .containsExactly(Instant.parse("2088-02-28T00:00:00Z"));
    }

    @Test
    void aMemoryHoldsTwentyPhotosAtMost() {
        IntStream.range(0, 25).forEach(_ -> taken("2020-05-06T12:00:00"));
        onThisDay.catchUp(TODAY);
        assertThat(all().getFirst().assetIds()).hasSize(20);
    }

    @Test
    void whatNobodySavedIsThrownAwayAfterAMonth() {
        taken("2020-05-06T12:00:00");
        taken("2019-05-06T12:00:00");
        onThisDay.catchUp(TODAY);
        var kept = all().getFirst().id();
        memories.update(ana, kept, true, null, null);
        var made = all().getFirst().createdAt();
        onThisDay.cleanUp(made.plusSeconds(29L * 24 * 3600));
        assertThat(all()).hasSize(2);
        onThisDay.cleanUp(made.plusSeconds(31L * 24 * 3600));
        assertThat(all()).extracting(Memory::id).containsExactly(kept);
    }
}
