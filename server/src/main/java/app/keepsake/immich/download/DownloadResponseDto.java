package app.keepsake.immich.download;

import app.keepsake.download.Archive;
import java.util.List;
import java.util.UUID;

record DownloadResponseDto(List<DownloadArchiveInfo> archives, long totalSize) {

    record DownloadArchiveInfo(List<UUID> assetIds, long size) {}

    static DownloadResponseDto of(List<Archive> archives) {
        return new DownloadResponseDto(
                archives.stream()
                        .map(archive -> new DownloadArchiveInfo(archive.assetIds(), archive.size()))
                        .toList(),
                archives.stream().mapToLong(Archive::size).sum());
    }
}
