package app.keepsake.immich.album;

import app.keepsake.album.Role;

enum AlbumUserRole {
    owner,
    editor,
    viewer;

    static AlbumUserRole of(Role role) {
        return valueOf(role.wireName());
    }

    Role role() {
        return Role.parse(name());
    }
}
