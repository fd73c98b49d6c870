package app.keepsake.upload;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SubmissionTests {

    /** The wall clock of the phone is the best guess until the file itself is read. */
    @ParameterizedTest
    @CsvSource({
        "2024-02-03T10:20:30.123+02:00, 2024-02-03T10:20:30.123, 2024-02-03T08:20:30.123Z",
        "2024-02-03T10:20:30Z, 2024-02-03T10:20:30, 2024-02-03T10:20:30Z",
        "2024-02-03T10:20-09:30, 2024-02-03T10:20, 2024-02-03T19:50:00Z",
        "2024-02-03T10:20:30, 2024-02-03T10:20:30, 2024-02-03T10:20:30Z"
    })
    void keepsTheClientsWallClock(String sent, String wallClock, String instant) {
        var submission =
                Submission.of(Map.of("fileCreatedAt", sent, "fileModifiedAt", sent), "a.jpg");
        assertThat(submission.createdAt().toLocalDateTime()).hasToString(wallClock);
        assertThat(submission.createdAt().toInstant()).hasToString(instant);
    }
}
