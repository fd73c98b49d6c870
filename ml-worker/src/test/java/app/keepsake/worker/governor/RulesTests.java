package app.keepsake.worker.governor;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.jobs.WorkerState.Pace;
import app.keepsake.jobs.WorkerState.Reason;
import app.keepsake.worker.support.FakeMachine;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is decided by what a machine's files say, moment after moment. */
class RulesTests {

    private static final int SLOTS = 4;
    private static final int HOT = 77;

    private final FakeMachine machine;
    private final Gauges gauges;
    private Rules rules;
    private Instant now = Instant.parse("2024-05-06T12:00:00Z");
    private int uploading;
    private int viewing;
    private long running;

    RulesTests(@TempDir Path root) {
        machine = new FakeMachine(root);
        gauges = new Gauges(root);
        rules = rules("");
    }

    private Rules rules(String hours) {
        return new Rules(settings(machine.root(), hours, SLOTS, HOT), 4);
    }

    static GovernorSettings settings(
            Path root, String hours, @Nullable Integer slots, @Nullable Integer hot) {
        return new GovernorSettings(
                root, Duration.ofSeconds(5), hours, ZoneId.of("Europe/Rome"), slots, hot, null);
    }

    private Ruling judge() {
        return rules.judge(gauges.read(), uploading, viewing, running, now);
    }

    private Ruling after(int seconds) {
        now = now.plusSeconds(seconds);
        return judge();
    }

    private Pace at(double degrees) {
        machine.temperature(degrees);
        return after(5).pace();
    }

    private static List<String> codes(Ruling ruling) {
        return ruling.reasons().stream().map(Reason::code).toList();
    }

    @Test
    void aMachineThatTellsNothingIsUsedInFull() {
        assertThat(judge()).isEqualTo(new Ruling(Pace.FULL, SLOTS, false, List.of()));
    }

    @Test
    void aMachineAtEaseIsUsedInFull() {
        machine.temperature(60);
        machine.memory(6000, 8000);
        machine.pressure("cpu", 5, 0);
        machine.pressure("io", 5, 5);
        machine.pressure("memory", 0, 0);
        machine.throttled("50000"); // of the past
        machine.load(1);
        assertThat(judge()).isEqualTo(new Ruling(Pace.FULL, SLOTS, false, List.of()));
    }

    @Test
    void modelsAndFilmsWaitFromOneTemperatureOnUntilItIsClearlyCooler() {
        assertThat(at(76.9)).isEqualTo(Pace.FULL);
        assertThat(at(77)).isEqualTo(Pace.PICTURES);
        assertThat(judge().slots()).isEqualTo(1);
        assertThat(judge().filmsHalt()).isTrue();
        assertThat(judge().reasons().getFirst().text()).contains("77 °C");
        assertThat(at(76)).isEqualTo(Pace.PICTURES);
        assertThat(at(70)).isEqualTo(Pace.PICTURES);
        assertThat(at(69)).isEqualTo(Pace.FULL);
        assertThat(at(76)).isEqualTo(Pace.FULL);
    }

    @Test
    void allButNewPhotosWaitsWhereItIsHotterStill() {
        assertThat(at(83)).isEqualTo(Pace.NEW_PHOTOS);
        assertThat(at(78)).isEqualTo(Pace.NEW_PHOTOS);
        assertThat(at(77)).isEqualTo(Pace.PICTURES);
        assertThat(at(69)).isEqualTo(Pace.FULL);
    }

    @Test
    void sensorsOfOtherThingsThanAProcessorDoNotCount() {
        machine.write("sys/class/thermal/thermal_zone1/type", "iwlwifi_1");
        machine.write("sys/class/thermal/thermal_zone1/temp", "99000");
        assertThat(at(50)).isEqualTo(Pace.FULL);
    }

    @Test
    void aWeakPowerSupplyIsNamedAndForgottenAMinuteLater() {
        machine.throttled("50005");
        assertThat(judge().pace()).isEqualTo(Pace.PICTURES);
        assertThat(codes(judge())).containsExactly("underVoltage");
        machine.throttled("50000");
        assertThat(after(59).pace()).isEqualTo(Pace.PICTURES);
        assertThat(after(1).pace()).isEqualTo(Pace.FULL);
        machine.throttled("0x8");
        assertThat(codes(judge())).containsExactly("throttled");
    }

    @Test
    void littleMemoryKeepsModelsAndFilmsFromBeginningAndHaltsNone() {
        machine.memory(501, 8000); // a sixteenth is left to others
        assertThat(judge().pace()).isEqualTo(Pace.FULL);
        machine.memory(499, 8000);
        var ruling = judge();
        assertThat(ruling.pace()).isEqualTo(Pace.PICTURES);
        assertThat(ruling.filmsHalt()).isFalse();
        assertThat(ruling.reasons().getFirst().text()).contains("499 MB");
        machine.memory(700, 8000);
        assertThat(judge().pace()).isEqualTo(Pace.PICTURES);
        machine.memory(751, 8000);
        assertThat(judge().pace()).isEqualTo(Pace.FULL);
        machine.memory(249, 8000);
        assertThat(judge().pace()).isEqualTo(Pace.NEW_PHOTOS);
        machine.memory(751, 8000);
        assertThat(judge().pace()).isEqualTo(Pace.FULL);
    }

    @Test
    void memoryThatProgramsWaitForIsTooLittleHoweverMuchIsFree() {
        machine.memory(4000, 8000);
        machine.pressure("memory", 30, 11);
        assertThat(judge().pace()).isEqualTo(Pace.PICTURES);
        machine.pressure("memory", 5, 5);
        assertThat(judge().pace()).isEqualTo(Pace.PICTURES);
        machine.pressure("memory", 0, 0);
        assertThat(judge().pace()).isEqualTo(Pace.FULL);
    }

    @Test
    void theLimitOfAControlGroupCountsAndItsCacheDoesNot() {
        machine.memory(6000, 8000);
        machine.write("proc/self/cgroup", "0::/system.slice/keepsake-worker.service");
        var group = "sys/fs/cgroup/system.slice/keepsake-worker.service/";
        machine.write(group + "memory.max", 2000L << 20);
        machine.write(group + "memory.current", 1950L << 20);
        machine.write(group + "memory.stat", "anon 1\ninactive_file " + (1000L << 20));
        machine.write("sys/fs/cgroup/system.slice/memory.max", "max");
        machine.write("sys/fs/cgroup/system.slice/memory.current", 3000L << 20);
        assertThat(gauges.read().freeMemory()).isEqualTo(1050L << 20);
        assertThat(gauges.read().totalMemory()).isEqualTo(2000L << 20);
        machine.write(group + "memory.stat", "inactive_file 0");
        assertThat(judge().pace()).isEqualTo(Pace.NEW_PHOTOS);
    }

    @Test
    void theLimitOfTheProcessCountsToo() {
        machine.memory(6000, 8000);
        machine.write("proc/self/status", "VmPeak:\t9 kB\nVmData:\t  1048576 kB\nVmStk:\t8 kB");
        machine.write("proc/self/limits", "Max data size   unlimited   unlimited   bytes");
        assertThat(gauges.read().freeMemory()).isEqualTo(6000L << 20);
        machine.write(
                "proc/self/limits",
                "Max cpu time   unlimited   unlimited   seconds\n"
                        + "Max data size   %1$d   %1$d   bytes".formatted(2048L << 20));
        assertThat(gauges.read().freeMemory()).isEqualTo(1024L << 20);
        assertThat(gauges.read().totalMemory()).isEqualTo(2048L << 20);
    }

    @Test
    void outsideItsHoursModelsAndFilmsWaitAndThumbnailsDoNot() {
        rules = rules("22:00-07:00");
        now = Instant.parse("2024-05-06T19:59:00Z"); // 21:59 in Rome
        var ruling = judge();
        assertThat(ruling.pace()).isEqualTo(Pace.PICTURES);
        assertThat(ruling.slots()).isEqualTo(SLOTS);
        assertThat(ruling.filmsHalt()).isTrue();
        assertThat(ruling.reasons().getFirst().text()).contains("22:00-07:00", "Europe/Rome");
        assertThat(after(60).pace()).isEqualTo(Pace.FULL);
    }

    @Test
    void halfAsMuchRunsWhileSomebodyUploadsOrLooks() {
        uploading = 1;
        assertThat(judge().pace()).isEqualTo(Pace.LESS);
        assertThat(judge().slots()).isEqualTo(SLOTS / 2);
        assertThat(codes(judge())).containsExactly("upload");
        viewing = 2;
        assertThat(codes(judge())).containsExactly("upload", "viewer");
        assertThat(judge().reasons().getLast().text()).isEqualTo("2 people are looking at photos");
        uploading = 0;
        viewing = 0;
        assertThat(judge().pace()).isEqualTo(Pace.FULL);
    }

    @Test
    void underPressureLessRunsStepByStepAndComesBackStepByStep() {
        machine.pressure("cpu", 80, 0);
        assertThat(judge().slots()).isEqualTo(3);
        assertThat(after(5).slots()).isEqualTo(3);
        assertThat(after(5).slots()).isEqualTo(2);
        assertThat(after(10).slots()).isEqualTo(1);
        assertThat(after(60).slots()).isEqualTo(1);
        assertThat(judge().pace()).isEqualTo(Pace.LESS);
        machine.pressure("cpu", 35, 0); // neither much nor little: nothing changes
        assertThat(after(60).slots()).isEqualTo(1);
        machine.pressure("cpu", 5, 0);
        assertThat(after(1).slots()).isEqualTo(2);
        assertThat(after(29).slots()).isEqualTo(2);
        assertThat(after(1).slots()).isEqualTo(3);
        assertThat(after(30)).isEqualTo(new Ruling(Pace.FULL, SLOTS, false, List.of()));
    }

    @Test
    void aDiskThatProgramsWaitForCountsToo() {
        machine.pressure("cpu", 0, 0);
        machine.pressure("io", 70, 60);
        assertThat(judge().slots()).isEqualTo(3);
        assertThat(judge().reasons().getFirst().text()).contains("disk", "70 %");
    }

    @Test
    void withoutPressureTheLoadOfOthersCountsAndNotItsOwn() {
        machine.load(5);
        running = 4;
        assertThat(judge().pace()).isEqualTo(Pace.FULL);
        running = 0;
        assertThat(judge().pace()).isEqualTo(Pace.LESS);
        machine.load(2);
        assertThat(after(60).pace()).isEqualTo(Pace.FULL);
    }

    @Test
    void theGravestReasonComesFirst() {
        viewing = 1;
        machine.temperature(90);
        machine.throttled("1");
        assertThat(judge().pace()).isEqualTo(Pace.NEW_PHOTOS);
        assertThat(codes(judge())).startsWith("hot").endsWith("viewer");
        assertThat(judge().slots()).isEqualTo(1);
    }

    @Test
    void whatCannotBeReadAsANumberIsNotThere() {
        machine.write("sys/class/thermal/thermal_zone0/type", "cpu-thermal");
        machine.write("sys/class/thermal/thermal_zone0/temp", "unknown");
        machine.write("proc/meminfo", "MemTotal: many");
        machine.write("proc/pressure/cpu", "");
        machine.throttled("zz");
        assertThat(judge().pace()).isEqualTo(Pace.FULL);
    }
}
