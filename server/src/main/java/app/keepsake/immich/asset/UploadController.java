package app.keepsake.immich.asset;

import app.keepsake.asset.Checksum;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.http.LongBody;
import app.keepsake.upload.Uploads;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.validation.Valid;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestHeader;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping("/api/assets")
class UploadController {

    private final Uploads uploads;

    UploadController(Uploads uploads) {
        this.uploads = uploads;
    }

    /** The body is read by {@link Uploads}, as it arrives. */
    @PostMapping
    @Requires(Permission.ASSET_UPLOAD)
    ResponseEntity<AssetMediaResponseDto> upload(
            Caller caller,
            @RequestHeader("x-immich-checksum") @Nullable String checksum,
            HttpServletRequest request)
            throws IOException {
        var receipt =
                uploads.receive(
                        caller,
                        checksum == null || checksum.isEmpty() ? null : Checksum.parse(checksum),
                        new Uploads.Body(
                                request.getInputStream(),
                                request.getContentType(),
                                request.getContentLengthLong()));
        return receipt.isNew()
                ? ResponseEntity.status(HttpStatus.CREATED)
                        .body(new AssetMediaResponseDto(receipt.assetId(), "created"))
                : ResponseEntity.ok(new AssetMediaResponseDto(receipt.assetId(), "duplicate"));
    }

    @LongBody
    @PostMapping("/bulk-upload-check")
    @ResponseStatus(HttpStatus.OK)
    @Requires(Permission.ASSET_UPLOAD)
    AssetBulkUploadCheckResponseDto check(
            Caller caller, @RequestBody @Valid AssetBulkUploadCheckDto body) {
        var checksums =
                body.assets().stream().map(item -> Checksum.parse(item.checksum())).toList();
        var duplicates = uploads.duplicates(caller, checksums);
        return new AssetBulkUploadCheckResponseDto(
                body.assets().stream()
                        .map(
                                item ->
                                        AssetBulkUploadCheckResult.of(
                                                item.id(),
                                                duplicates.get(Checksum.parse(item.checksum()))))
                        .toList());
    }
}
