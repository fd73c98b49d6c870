package app.keepsake.support;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails the test during which the server broke Immich's contract, and prints at the end of the run
 * how much of that contract was seen.
 */
public class ContractCheck implements BeforeAllCallback, AfterEachCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        context.getRoot()
                .getStore(ExtensionContext.Namespace.create(ContractCheck.class))
                .computeIfAbsent("report", _ -> (AutoCloseable) ContractCheck::report);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        // The client has its answer a moment before the filter has judged it.
        Awaitility.await()
                .atMost(Duration.ofSeconds(30))
                .pollInterval(Duration.ofMillis(5))
                .until(() -> !ContractFilter.isBusy());
        assertThat(ContractFilter.takeViolations()).as("violations of Immich's contract").isEmpty();
    }

    private static void report() {
        assertThat(ContractFilter.takeViolations()).as("violations of Immich's contract").isEmpty();
        System.out.printf(
                "Immich's contract: %d of %d operations answered in this run%n",
                ImmichContract.get().covered(), ImmichContract.get().size());
    }
}
