package app.keepsake.immich.asset;

/** What can be done to a picture. */
enum AssetEditAction {
    crop,
    rotate,
    mirror
}
