package app.keepsake.immich.server;

import app.keepsake.settings.ApiVersion;

/** Where Immich publishes the Android app of the version that this server speaks. */
record ServerApkLinksDto(String arm64v8a, String armeabiv7a, String universal, String x86_64) {

    private static final String RELEASE =
            "https://github.com/immich-app/immich/releases/download/v%s/app-%srelease.apk";

    static ServerApkLinksDto of(ApiVersion version) {
        return new ServerApkLinksDto(
                RELEASE.formatted(version, "arm64-v8a-"),
                RELEASE.formatted(version, "armeabi-v7a-"),
                RELEASE.formatted(version, ""),
                RELEASE.formatted(version, "x86_64-"));
    }
}
