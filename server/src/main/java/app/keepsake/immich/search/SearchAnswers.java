package app.keepsake.immich.search;

import app.keepsake.asset.Asset;
import app.keepsake.asset.Assets;
import app.keepsake.auth.Caller;
import app.keepsake.immich.asset.AssetResponseDto;
import app.keepsake.immich.asset.AssetStackResponseDto;
import app.keepsake.immich.person.PersonResponseDto;
import app.keepsake.person.Person;
import app.keepsake.search.Found;
import app.keepsake.search.Page;
import app.keepsake.search.Searches;
import app.keepsake.search.Searches.InStack;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Found assets as clients get them, with what a search's body asks for. */
@Component
record SearchAnswers(Assets assets, Searches searches) {

    SearchResponseDto page(Caller caller, SearchBody body, Page page, Found found) {
        var items = list(caller, body, found.assetIds());
        var next = found.next();
        return new SearchResponseDto(
                SearchAlbumResponseDto.NONE,
                new SearchAssetResponseDto(
                        items.size(),
                        items.size(),
                        items,
                        List.of(),
                        found.hasMore() && page.after() == null
                                ? Long.toString(page.number() + 1)
                                : null,
                        next == null ? null : next.toString()));
    }

    List<AssetResponseDto> list(Caller caller, SearchBody body, List<UUID> ids) {
        var found = assets.list(caller, ids);
        if (!body.wants("withPeople") && !body.wants("withStacked")) {
            return found.stream()
                    .map(asset -> AssetResponseDto.of(asset, body.wants("withExif")))
                    .toList();
        }
        var shown = found.stream().map(Asset::id).toList();
        var people =
                body.wants("withPeople")
                        ? searches.peopleOn(caller, shown)
                        : Map.<UUID, List<Person>>of();
        var stacks =
                body.wants("withStacked")
                        ? searches.stacksOf(caller, shown)
                        : Map.<UUID, InStack>of();
        return found.stream()
                .map(
                        asset ->
                                AssetResponseDto.of(asset, body.wants("withExif"))
                                        .with(
                                                people.getOrDefault(asset.id(), List.of()).stream()
                                                        .map(PersonResponseDto::of)
                                                        .toList(),
                                                List.of(),
                                                dto(stacks.get(asset.id()))))
                .toList();
    }

    private static @Nullable AssetStackResponseDto dto(@Nullable InStack stack) {
        return stack == null
                ? null
                : new AssetStackResponseDto(stack.id(), stack.primaryAssetId(), stack.assets());
    }
}
