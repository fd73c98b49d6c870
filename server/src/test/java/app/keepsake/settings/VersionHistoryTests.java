package app.keepsake.settings;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.support.ServerTest;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

@ServerTest
class VersionHistoryTests {

    @Autowired VersionHistory versions;

    @Test
    void writesDownOnceWhichVersionsWereSpoken() {
        versions.record(); // as the start of a second server does
        assertThat(versions.all())
                .extracting(VersionHistory.Entry::version)
                .containsExactly(ApiVersion.CURRENT.toString());
    }
}
