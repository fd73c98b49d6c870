package app.keepsake.immich.http;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
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

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "127.0.0.1", "[::1]"})
    void isLocalOnTheMachineItself(String host) {
        assertThat(isLocal("127.0.0.1", host)).isTrue();
        assertThat(isLocal("0:0:0:0:0:0:0:1", host)).isTrue();
        assertThat(isLocal("192.168.1.7", host)).isFalse();
        assertThat(isLocal("203.0.113.9", host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "192.168.1.20",
                "[fd00::7]",
                "pi",
                "Pi.local",
                "photos.lan",
                "pi.home.arpa."
            })
    void isLocalInTheNetworkByALocalName(String host) {
        assertThat(isLocal("192.168.1.7", host)).isTrue();
        assertThat(isLocal("fe80::7%eth0", host)).isTrue();
        assertThat(isLocal("127.0.0.1", host)).isFalse();
        assertThat(isLocal("203.0.113.9", host)).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "photos.example.org",
                "local.example.org",
                "my.wlan",
                "203.0.113.1",
                "[2001:db8::1]",
                "192.168.1.20.example.org"
            })
    void isNotLocalByAPublicName(String host) {
        assertThat(isLocal("127.0.0.1", host)).isFalse();
        assertThat(isLocal("192.168.1.7", host)).isFalse();
    }

    private static boolean isLocal(String remote, String host) {
        var request = new MockHttpServletRequest();
        request.setRemoteAddr(remote);
        request.setServerName(host);
        return ClientAddress.of(request).isLocal();
    }

    private static String networkOf(String remote) {
        var request = new MockHttpServletRequest();
        request.setRemoteAddr(remote);
        return ClientAddress.of(request).network();
    }
}
