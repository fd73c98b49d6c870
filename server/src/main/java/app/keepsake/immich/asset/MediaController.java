package app.keepsake.immich.asset;

import app.keepsake.asset.Asset;
import app.keepsake.asset.AssetType;
import app.keepsake.asset.Assets;
import app.keepsake.asset.Assets.Derivative;
import app.keepsake.asset.MediaTypes;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.problem.Problem;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The bytes of an asset and of what was made from it. */
@RestController
@RequestMapping("/api/assets/{id}")
class MediaController {

    /** What every browser shows as it is. SVG is left out: it can carry a script. */
    private static final Set<String> WEB_IMAGES =
            Set.of("image/avif", "image/bmp", "image/gif", "image/jpeg", "image/png", "image/webp");

    private final Assets assets;

    MediaController(Assets assets) {
        this.assets = assets;
    }

    @GetMapping("/original")
    @Requires(Permission.ASSET_DOWNLOAD)
    void original(
            Caller caller,
            @PathVariable UUID id,
            @RequestParam(defaultValue = "false") boolean edited,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        var asset = assets.getForDownload(caller, id);
        if (edited && asset.isEdited()) {
            // Never the original meanwhile: what somebody cut out is in it.
            send(asset, Derivative.EDITED_FULLSIZE, "edited", request, response);
        } else {
            sendOriginal(asset, request, response);
        }
    }

    /** A film as browsers can play it, where there is such a one, or as it came. */
    @GetMapping("/video/playback")
    @Requires(Permission.ASSET_VIEW)
    void playback(
            Caller caller,
            @PathVariable UUID id,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        var asset = assets.getForView(caller, id);
        if (asset.type() != AssetType.VIDEO) {
            throw new Problem.NotFound("Asset not found or asset is not a video");
        }
        if (assets.derivative(asset, Derivative.ENCODED_VIDEO).isPresent()) {
            send(asset, Derivative.ENCODED_VIDEO, "encoded", request, response);
        } else {
            sendOriginal(asset, request, response);
        }
    }

    /** Clients add {@code c=…} to get past their caches; unknown parameters are ignored. */
    @GetMapping("/thumbnail")
    @Requires(Permission.ASSET_VIEW)
    void thumbnail(
            Caller caller,
            @PathVariable UUID id,
            @RequestParam(defaultValue = "thumbnail") String size,
            @RequestParam(defaultValue = "false") boolean edited,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        var asset = assets.getForView(caller, id);
        var withEdits = edited && asset.isEdited();
        switch (size) {
            case "thumbnail" ->
                    send(
                            asset,
                            withEdits
                                    ? orUnedited(
                                            asset,
                                            Derivative.EDITED_THUMBNAIL,
                                            Derivative.THUMBNAIL)
                                    : Derivative.THUMBNAIL,
                            size,
                            request,
                            response);
            case "preview" ->
                    send(
                            asset,
                            withEdits
                                    ? orUnedited(
                                            asset, Derivative.EDITED_PREVIEW, Derivative.PREVIEW)
                                    : Derivative.PREVIEW,
                            size,
                            request,
                            response);
            case "fullsize" -> {
                if (withEdits) {
                    send(asset, Derivative.EDITED_FULLSIZE, size, request, response);
                } else if (assets.derivative(asset, Derivative.FULLSIZE).isPresent()) {
                    send(asset, Derivative.FULLSIZE, size, request, response);
                } else if (WEB_IMAGES.contains(contentType(asset.originalFileName()))) {
                    redirect(request, response, "original", null);
                } else {
                    redirect(request, response, "thumbnail", "size=preview");
                }
            }
            case "original" -> redirect(request, response, "original", null);
            default -> throw new Problem.Invalid("size is unknown");
        }
    }

    /** Until the edited one is made, which has another thumbhash, by which clients know. */
    private Derivative orUnedited(Asset asset, Derivative edited, Derivative unedited) {
        return assets.derivative(asset, edited).isPresent() ? edited : unedited;
    }

    private void sendOriginal(Asset asset, HttpServletRequest request, HttpServletResponse response)
            throws IOException {
        // The bytes never change (I2), so their checksum is the strongest tag there is.
        new MediaFile(
                        assets.original(asset),
                        asset.originalFileName(),
                        contentType(asset.originalFileName()),
                        asset.checksum().hex())
                .send(request, response);
    }

    private void send(
            Asset asset,
            Derivative derivative,
            String size,
            HttpServletRequest request,
            HttpServletResponse response)
            throws IOException {
        var file = assets.derivative(asset, derivative).orElseThrow(Assets::noMedia);
        var name = derivativeName(asset, size, file);
        new MediaFile(file, name, contentType(name), null).send(request, response);
    }

    private static String derivativeName(Asset asset, String size, Path file) {
        var original = asset.originalFileName();
        var extension = MediaTypes.extensionOf(original);
        var stem = original.substring(0, original.length() - extension.length());
        return stem + "_" + size + MediaTypes.extensionOf(file.getFileName().toString());
    }

    private static String contentType(String fileName) {
        return MediaTypes.of(fileName)
                .map(MediaTypes.MediaType::contentType)
                .orElse("application/octet-stream");
    }

    /**
     * To a sibling of this path, with the same query (a share key must stay in it) but its size.
     */
    private static void redirect(
            HttpServletRequest request,
            HttpServletResponse response,
            String sibling,
            @Nullable String size) {
        var query = request.getQueryString();
        var kept =
                Arrays.stream(query == null ? new String[0] : query.split("&"))
                        .filter(pair -> !pair.isEmpty() && !pair.startsWith("size="))
                        .collect(Collectors.toList());
        if (size != null) {
            kept.add(size);
        }
        response.setStatus(HttpServletResponse.SC_FOUND);
        response.setHeader("Cache-Control", "no-store");
        response.setHeader(
                "Location", kept.isEmpty() ? sibling : sibling + "?" + String.join("&", kept));
    }
}
