package app.keepsake.immich.search;

import app.keepsake.asset.Assets;
import app.keepsake.asset.Visibility;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.asset.AssetResponseDto;
import app.keepsake.problem.Problem;
import app.keepsake.search.Criteria;
import app.keepsake.search.Found;
import app.keepsake.search.Page;
import app.keepsake.search.Searches;
import java.util.List;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping("/api/search")
class SearchController {

    private final Searches searches;
    private final Assets assets;

    SearchController(Searches searches, Assets assets) {
        this.searches = searches;
        this.assets = assets;
    }

    @PostMapping("/metadata")
    @Requires(Permission.ASSET_READ)
    SearchResponseDto metadata(Caller caller, @RequestBody JsonNode json) {
        var body = new SearchBody(json);
        var page = body.page(250);
        return answer(
                caller, body, page, searches.find(caller, body.criteria(), body.order(), page));
    }

    @PostMapping("/smart")
    @Requires(Permission.ASSET_READ)
    SearchResponseDto smart(Caller caller, @RequestBody JsonNode json) {
        var body = new SearchBody(json);
        var page = body.page(100);
        var criteria = body.criteria();
        if (body.visibility() == null) {
            criteria.visibility(Visibility.TIMELINE, Visibility.ARCHIVE);
        }
        return answer(caller, body, page, like(caller, body, criteria, page));
    }

    private Found like(Caller caller, SearchBody body, Criteria criteria, Page page) {
        var text = body.text("query");
        if (text != null && !text.isBlank()) {
            return searches.findLike(caller, text, body.text("language"), criteria, page);
        }
        var assetId = body.uuid("queryAssetId");
        if (assetId != null) {
            return searches.findLike(caller, assetId, criteria, page);
        }
        throw new Problem.Invalid("Either `query` or `queryAssetId` must be set");
    }

    private SearchResponseDto answer(Caller caller, SearchBody body, Page page, Found found) {
        var items =
                assets.list(caller, found.assetIds()).stream()
                        .map(asset -> AssetResponseDto.of(asset, body.withExif()))
                        .toList();
        return new SearchResponseDto(
                SearchAlbumResponseDto.NONE,
                new SearchAssetResponseDto(
                        items.size(),
                        items.size(),
                        items,
                        List.of(),
                        found.hasMore() ? Long.toString(page.number() + 1) : null,
                        null));
    }
}
