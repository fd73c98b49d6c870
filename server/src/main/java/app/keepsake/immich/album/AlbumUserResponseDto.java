package app.keepsake.immich.album;

import app.keepsake.immich.user.UserResponseDto;

record AlbumUserResponseDto(UserResponseDto user, AlbumUserRole role) {}
