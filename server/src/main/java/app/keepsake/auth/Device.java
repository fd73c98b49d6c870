package app.keepsake.auth;

import org.jspecify.annotations.Nullable;

/**
 * What a session shows of the device behind it, as the client told.
 *
 * @param type a phone's model or a browser's name, or empty
 * @param os the operating system, or empty
 * @param appVersion of the Immich phone app, null for anything else
 */
public record Device(String type, String os, @Nullable String appVersion) {}
