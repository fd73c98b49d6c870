package app.keepsake.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class PacedTests {

    private static final byte[] BLOCK = new byte[32 * 1024];

    private Duration now = Duration.ZERO;

    /** To a client that takes so long for each block. */
    private OutputStream client(Duration perBlock) {
        var slow =
                new OutputStream() {
                    @Override
                    public void write(int b) {}

                    @Override
                    public void write(byte[] bytes, int from, int length) {
                        now = now.plus(perBlock);
                    }
                };
        return new Paced(slow, () -> now.toNanos());
    }

    private static void send(OutputStream client, int blocks) throws IOException {
        for (int i = 0; i < blocks; i++) {
            client.write(BLOCK);
        }
    }

    @Test
    void aSlowPhoneGetsManyThousandLines() throws IOException {
        var lines = 15_000;
        send(client(Duration.ofSeconds(7)), lines * 700 / BLOCK.length);
        assertThat(now).isGreaterThan(Duration.ofMinutes(30));
    }

    @Test
    void whoHardlyReadsIsCutSoon() {
        assertThatThrownBy(() -> send(client(Duration.ofSeconds(59)), 1000))
                .isInstanceOf(IOException.class);
        assertThat(now).isLessThan(Duration.ofMinutes(2));
    }

    @Test
    void nobodyHoldsASnapshotForHours() {
        assertThatThrownBy(() -> send(client(Duration.ofSeconds(2)), 10_000))
                .isInstanceOf(IOException.class);
        assertThat(now).isLessThan(Duration.ofMinutes(61));
    }

    @Test
    void theServersOwnTimeDoesNotCount() throws IOException {
        var client = client(Duration.ZERO);
        for (int i = 0; i < 10; i++) {
            now = now.plusHours(1);
            client.write(BLOCK);
        }
        client.flush();
    }
}
