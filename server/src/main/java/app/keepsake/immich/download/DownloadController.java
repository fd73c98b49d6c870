package app.keepsake.immich.download;

import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.download.Downloads;
import app.keepsake.immich.http.LongBody;
import jakarta.servlet.http.HttpServletResponse;
import jakarta.validation.Valid;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriUtils;

@RestController
@RequestMapping("/api/download")
class DownloadController {

    private final Downloads downloads;

    DownloadController(Downloads downloads) {
        this.downloads = downloads;
    }

    @LongBody
    @PostMapping("/info")
    @ResponseStatus(HttpStatus.CREATED)
    @Requires(Permission.ASSET_DOWNLOAD)
    DownloadResponseDto info(Caller caller, @RequestBody @Valid DownloadInfoDto body) {
        return DownloadResponseDto.of(downloads.plan(caller, body.selection(), body.mostBytes()));
    }

    @LongBody
    @PostMapping("/archive")
    @ResponseStatus(HttpStatus.OK)
    @Requires(Permission.ASSET_DOWNLOAD)
    void archive(
            Caller caller,
            @RequestBody @Valid DownloadArchiveDto body,
            HttpServletResponse response)
            throws IOException {
        var content =
                downloads.archive(caller, body.assetIds(), Boolean.TRUE.equals(body.edited()));
        var name = body.archiveName() == null ? "keepsake.zip" : body.archiveName();
        response.setContentType("application/octet-stream");
        response.setHeader(
                "Content-Disposition",
                "attachment; filename*=UTF-8''" + UriUtils.encode(name, StandardCharsets.UTF_8));
        response.setHeader("Cache-Control", "no-store");
        content.writeTo(response.getOutputStream());
    }
}
