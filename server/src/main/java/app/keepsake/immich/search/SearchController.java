package app.keepsake.immich.search;

import app.keepsake.asset.Assets;
import app.keepsake.asset.Visibility;
import app.keepsake.auth.Caller;
import app.keepsake.auth.Permission;
import app.keepsake.auth.Requires;
import app.keepsake.immich.asset.AssetResponseDto;
import app.keepsake.immich.person.PersonResponseDto;
import app.keepsake.place.Places;
import app.keepsake.problem.Problem;
import app.keepsake.problem.Sent;
import app.keepsake.search.Criteria;
import app.keepsake.search.Found;
import app.keepsake.search.Order;
import app.keepsake.search.Page;
import app.keepsake.search.Searches;
import app.keepsake.search.Searches.Example;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import tools.jackson.databind.JsonNode;

@RestController
@RequestMapping("/api/search")
class SearchController {

    private static final int DEFAULT_SIZE = 250;
    private static final int DEFAULT_SMART_SIZE = 100;
    private static final int MOST_PLACES = 20;

    private final Searches searches;
    private final Places places;
    private final Assets assets;
    private final SearchAnswers answers;

    SearchController(Searches searches, Places places, Assets assets, SearchAnswers answers) {
        this.searches = searches;
        this.places = places;
        this.assets = assets;
        this.answers = answers;
    }

    @PostMapping("/metadata")
    @Requires(Permission.ASSET_READ)
    SearchResponseDto metadata(Caller caller, @RequestBody JsonNode json) {
        var body = new SearchBody(json);
        var order = body.order();
        var page = body.page(DEFAULT_SIZE, order);
        var found = searches.find(caller, body.criteria(), order, page);
        return answers.page(caller, body, page, found);
    }

    @PostMapping("/smart")
    @Requires(Permission.ASSET_READ)
    SearchResponseDto smart(Caller caller, @RequestBody JsonNode json) {
        var body = new SearchBody(json);
        body.requireNoCursor();
        var page = body.page(DEFAULT_SMART_SIZE);
        var criteria = body.criteria();
        if (body.visibility() == null) {
            criteria.visibility(Visibility.TIMELINE, Visibility.ARCHIVE);
        }
        return answers.page(caller, body, page, like(caller, body, criteria, page));
    }

    private Found like(Caller caller, SearchBody body, Criteria criteria, Page page) {
        var order = body.orderBy();
        var text = body.text("query");
        if (text != null && !text.isBlank()) {
            return searches.findLike(caller, text, body.text("language"), criteria, order, page);
        }
        var assetId = body.uuid("queryAssetId");
        if (assetId != null) {
            return searches.findLike(caller, assetId, criteria, order, page);
        }
        throw new Problem.Invalid("Either `query` or `queryAssetId` must be set");
    }

    @PostMapping("/random")
    @Requires(Permission.ASSET_READ)
    List<AssetResponseDto> random(Caller caller, @RequestBody JsonNode json) {
        var body = new SearchBody(json);
        return answers.list(
                caller, body, searches.random(caller, body.criteria(), body.size(DEFAULT_SIZE)));
    }

    @PostMapping("/large-assets")
    @Requires(Permission.ASSET_READ)
    List<AssetResponseDto> largeAssets(
            Caller caller, @RequestParam MultiValueMap<String, String> params) {
        var body = SearchBody.of(params);
        var page = new Page(1, body.size(DEFAULT_SIZE));
        return answers.list(
                caller,
                body,
                searches.find(caller, body.criteria(), Order.LARGEST_FIRST, page).assetIds());
    }

    @PostMapping("/statistics")
    @Requires(Permission.ASSET_STATISTICS)
    SearchStatisticsResponseDto statistics(Caller caller, @RequestBody JsonNode json) {
        var criteria = new SearchBody(json).criteria();
        return new SearchStatisticsResponseDto(searches.count(caller, criteria));
    }

    /** What there is to choose from, given what was chosen already. */
    @GetMapping("/suggestions")
    @Requires(Permission.ASSET_READ)
    List<String> suggestions(Caller caller, @RequestParam MultiValueMap<String, String> params) {
        var wanted = new Suggestions(params);
        return wanted.answer(searches.values(caller, wanted.criteria(), wanted.column()));
    }

    @GetMapping("/places")
    @Requires(Permission.ASSET_READ)
    List<PlacesResponseDto> places(@RequestParam String name) {
        return places.named(name, MOST_PLACES).stream().map(PlacesResponseDto::of).toList();
    }

    @GetMapping("/person")
    @Requires(Permission.PERSON_READ)
    List<PersonResponseDto> person(
            Caller caller,
            @RequestParam String name,
            @RequestParam(defaultValue = "false") boolean withHidden) {
        return searches
                .people(caller, String.valueOf(new Sent("name", name).plain()), withHidden)
                .stream()
                .map(PersonResponseDto::of)
                .toList();
    }

    @GetMapping("/cities")
    @Requires(Permission.ASSET_READ)
    List<AssetResponseDto> cities(Caller caller) {
        return assets.list(caller, searches.ofEachCity(caller)).stream()
                .map(AssetResponseDto::of)
                .toList();
    }

    /** The phone app fails without the cities, be they none. */
    @GetMapping("/explore")
    @Requires(Permission.ASSET_READ)
    List<SearchExploreResponseDto> explore(Caller caller) {
        var things = explored(caller, "smartInfo.objects", searches.thingsToExplore(caller));
        var cities = explored(caller, "exifInfo.city", searches.citiesToExplore(caller));
        return things.items().isEmpty() ? List.of(cities) : List.of(cities, things);
    }

    private SearchExploreResponseDto explored(
            Caller caller, String fieldName, List<Example> examples) {
        var shown =
                AssetResponseDto.byId(
                        assets.list(caller, examples.stream().map(Example::assetId).toList()));
        return new SearchExploreResponseDto(
                fieldName,
                examples.stream()
                        .flatMap(
                                example ->
                                        Stream.ofNullable(shown.get(example.assetId()))
                                                .map(
                                                        asset ->
                                                                new SearchExploreItem(
                                                                        example.value(), asset)))
                        .toList());
    }
}
