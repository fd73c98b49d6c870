package app.keepsake.immich.http;

import jakarta.servlet.http.HttpServletRequest;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * Where a request comes from. Behind a proxy that is configured as trusted ({@code
 * KEEPSAKE_TRUSTED_PROXIES}) Tomcat has put the real client in place of the proxy already.
 *
 * @param network what is counted together: an IPv4 address, or the /64 that one IPv6 line has
 * @param isLocal whether it surely is of the local network
 */
public record ClientAddress(String network, boolean isLocal) {

    private static final List<String> LOCAL_DOMAINS = List.of(".local", ".lan", ".home.arpa");
    private static final int LONGEST = 100; // of what is no address

    public static ClientAddress of(HttpServletRequest request) {
        // What is still forwarded now came through a proxy that nobody vouched for.
        var isDirect =
                request.getHeader("X-Forwarded-For") == null
                        && request.getHeader("Forwarded") == null;
        var sent = request.getRemoteAddr();
        // Some proxies forward the client's port too, or a word where they know no address.
        var text =
                sent.replaceFirst("^\\[(.*)](:\\d+)?$", "$1")
                        .replaceFirst("^([^:]*):\\d+$", "$1")
                        .replaceFirst("%.*", "");
        try {
            var address = InetAddress.ofLiteral(text);
            return new ClientAddress(
                    networkOf(address),
                    isDirect && isLocal(address) && isNameFor(request.getServerName(), address));
        } catch (IllegalArgumentException e) {
            return new ClientAddress(text.substring(0, Math.min(text.length(), LONGEST)), false);
        }
    }

    /**
     * Whether a local client at this address would call the server so. A proxy that says nothing of
     * its clients makes them look local, but it is called by a public name; and only this machine
     * calls itself localhost, and hardly anything else, so that a client of a proxy on this machine
     * cannot pass for one of the network by claiming to have used some local name.
     */
    private static boolean isNameFor(String host, InetAddress client) {
        var name = host.toLowerCase(Locale.ROOT).replaceFirst("\\.$", "");
        try {
            var literal = InetAddress.ofLiteral(name.replaceAll("[\\[\\]]", ""));
            return isLocal(literal) && literal.isLoopbackAddress() == client.isLoopbackAddress();
        } catch (IllegalArgumentException e) {
            return client.isLoopbackAddress()
                    ? name.equals("localhost")
                    : !name.equals("localhost")
                            && (!name.contains(".")
                                    || LOCAL_DOMAINS.stream().anyMatch(name::endsWith));
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

    private static boolean isLocal(InetAddress address) {
        var isUniqueLocal =
                address instanceof Inet6Address && (address.getAddress()[0] & 0xfe) == 0xfc;
        return address.isLoopbackAddress()
                || address.isSiteLocalAddress()
                || address.isLinkLocalAddress()
                || isUniqueLocal;
    }
}
