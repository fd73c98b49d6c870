package app.keepsake.immich.http;

import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/**
 * Where a request comes from. Behind a proxy that is configured as trusted ({@code
 * KEEPSAKE_TRUSTED_PROXIES}) Tomcat has put the real client in place of the proxy already.
 *
 * @param network what is counted together: an IPv4 address, or the /64 that one IPv6 line has
 */
public record ClientAddress(String network) {

    private static final int LONGEST = 100; // of what is no address

    public static ClientAddress of(HttpServletRequest request) {
        var sent = request.getRemoteAddr();
        // Some proxies forward the client's port too, or a word where they know no address.
        var text =
                sent.replaceFirst("^\\[(.*)](:\\d+)?$", "$1")
                        .replaceFirst("^([^:]*):\\d+$", "$1")
                        .replaceFirst("%.*", "");
        try {
            return new ClientAddress(networkOf(InetAddress.ofLiteral(text)));
        } catch (IllegalArgumentException e) {
            return new ClientAddress(text.substring(0, Math.min(text.length(), LONGEST)));
        }
    }

    private static String networkOf(InetAddress address) {
        if (!(address instanceof Inet6Address)) {
            return address.getHostAddress();
        }
        try {
            var bytes = address.getAddress();
            Arrays.fill(bytes, 8, 16, (byte) 0);
            return InetAddress.getByAddress(bytes).getHostAddress() + "/64";
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e); // 16 bytes always are an address
        }
    }
}
