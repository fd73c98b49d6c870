package app.keepsake;

import org.junit.jupiter.api.Test;
import org.springframework.modulith.core.ApplicationModules;

class ModularityTests {

    @Test
    void featuresHaveNoCyclesAndKeepTheirInternals() {
        ApplicationModules.of(KeepsakeServer.class).verify();
    }
}
