package app.keepsake.immich.auth;

import app.keepsake.auth.Device;
import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads from a request's headers what device it is, for the list of sessions. */
final class Devices {

    private static final Pattern APP = Pattern.compile("immich-(?:android|ios|unknown)/(\\S+)");
    private static final int LONGEST = 300;

    /** A browser's User-Agent names others too; the first of these that it names is the one. */
    private static final List<String> BROWSERS =
            List.of("Edg", "OPR", "Firefox", "Chrome", "Safari");

    private static final List<String> SYSTEMS =
            List.of("Android", "iPhone", "iPad", "Windows", "Mac OS X", "CrOS", "Linux");

    /** Where the word is not the name. */
    private static final Map<String, String> NAMES =
            Map.of(
                    "Edg",
                    "Edge",
                    "OPR",
                    "Opera",
                    "iPhone",
                    "iOS",
                    "iPad",
                    "iOS",
                    "Mac OS X",
                    "macOS",
                    "CrOS",
                    "Chrome OS");

    private Devices() {}

    static Device of(HttpServletRequest request) {
        var agent = header(request, "User-Agent");
        var app = APP.matcher(agent);
        var model = header(request, "deviceModel");
        var os = header(request, "deviceType");
        return new Device(
                model.isEmpty() ? firstNamed(BROWSERS, agent) : model,
                os.isEmpty() ? firstNamed(SYSTEMS, agent) : os,
                app.find() ? app.group(1) : null);
    }

    private static String firstNamed(List<String> words, String agent) {
        return words.stream()
                .filter(agent::contains)
                .findFirst()
                .map(word -> NAMES.getOrDefault(word, word))
                .orElse("");
    }

    private static String header(HttpServletRequest request, String name) {
        var value = request.getHeader(name);
        return value == null ? "" : value.substring(0, Math.min(value.length(), LONGEST));
    }
}
