package app.keepsake.immich.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.mock.web.MockHttpServletRequest;

class ClientAddressTests {

    @ParameterizedTest
    @CsvSource({
        "203.0.113.7, 203.0.113.7",
        "203.0.113.7:51234, 203.0.113.7",
        "2001:db8:1:2:3:4:5:6, 2001:db8:1:2:0:0:0:0/64",
        "[2001:db8:1:2::6]:443, 2001:db8:1:2:0:0:0:0/64",
        "[2001:db8:1:2::6], 2001:db8:1:2:0:0:0:0/64",
        "fe80::7%eth0, fe80:0:0:0:0:0:0:0/64",
        "unknown, unknown",
        "_hidden:80, _hidden"
    })
    void countsTogetherWhatIsOneClient(String forwarded, String network) {
        assertThat(networkOf(forwarded)).isEqualTo(network);
    }

    @ParameterizedTest
    @CsvSource({"101, 100", "100, 100", "99, 99"})
    void keepsLittleOfWhatIsNoAddress(int sent, int kept) {
        assertThat(networkOf("x".repeat(sent))).hasSize(kept);
    }

    private static String networkOf(String remote) {
        var request = new MockHttpServletRequest();
        request.setRemoteAddr(remote);
        return ClientAddress.of(request).network();
    }
}
