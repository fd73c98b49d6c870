package app.keepsake.immich.album;

import static app.keepsake.support.Wire.each;
import static app.keepsake.support.Wire.id;
import static app.keepsake.support.Wire.list;
import static org.assertj.core.api.Assertions.assertThat;
import static org.springframework.http.HttpMethod.GET;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AlbumControllerTests extends AlbumTest {

    @Test
    void aNewAlbumHasItsOwnerAmongItsUsersAndItsFirstAssetAsCover() {
        var first = given.asset(ana, Map.of("local_date_time", "2020-01-02T03:04:05"));
        var second = given.asset(ana, Map.of("local_date_time", "2024-01-02T03:04:05"));
        var answer =
                wire.post(
                        ana,
                        "/api/albums",
                        """
                        {"albumName": "Rome", "description": "in May", "assetIds": %s,
                         "albumUsers": [{"userId": "%s", "role": "viewer"}]}
                        """
                                .formatted(list(List.of(first, second)), bo.userId()),
                        201);
        assertThat(answer.get("albumName").asString()).isEqualTo("Rome");
        assertThat(answer.get("description").asString()).isEqualTo("in May");
        assertThat(answer.get("albumThumbnailAssetId").asString()).isEqualTo(first.toString());
        assertThat(answer.get("assetCount").asInt()).isEqualTo(2);
        assertThat(answer.get("startDate").asString()).isEqualTo("2020-01-02T03:04:05.000Z");
        assertThat(answer.get("endDate").asString()).isEqualTo("2024-01-02T03:04:05.000Z");
        assertThat(answer.has("lastModifiedAssetTimestamp")).isTrue();
        assertThat(answer.get("shared").asBoolean()).isTrue();
        assertThat(each(answer.get("albumUsers"), "role")).containsExactly("owner", "viewer");
        assertThat(answer.get("albumUsers").get(0).get("user").get("id").asString())
                .isEqualTo(ana.userId().toString());
        assertThat(get(bo, id(answer))).isEqualTo(get(ana, id(answer)));
    }

    @Test
    void anEmptyAlbumHasNeitherCoverNorDates() {
        var album = get(ana, album(ana));
        assertThat(album.get("albumThumbnailAssetId").isNull()).isTrue();
        assertThat(album.has("startDate")).isFalse();
        assertThat(album.get("assetCount").asInt()).isZero();
        assertThat(album.get("shared").asBoolean()).isFalse();
        assertThat(album.has("contributorCounts")).isFalse();
    }

    @Test
    void aNewAlbumIsSortedAsItsOwnerPrefers() {
        assertThat(get(ana, album(ana)).get("order").asString()).isEqualTo("desc");
        jdbc.sql(
                        """
                        insert into user_metadata (user_id, key, value)
                        values (?, 'preferences', '{"albums": {"defaultAssetOrder": "asc"}}')
                        """)
                .param(ana.userId())
                .update();
        assertThat(get(ana, album(ana)).get("order").asString()).isEqualTo("asc");
    }

    @Test
    void nobodyElseSeesAnAlbum() {
        var album = album(ana);
        assertThat(wire.refusal(bo, GET, "/api/albums/" + album, null))
                .isEqualTo("Not found or no album.read access");
        assertThat(listed(bo, "")).isEmpty();
        wire.call(bo, GET, "/api/albums/" + album + "/map-markers", null, 400);
    }

    @Test
    void albumsAreListedByWhoIsInThemAndWhatTheyHold() {
        var photo = photo(ana);
        var alone = album(ana, photo);
        var shared = album(ana);
        share(shared, bo, "editor");
        var bos = album(bo);

        assertThat(listed(ana, "")).containsExactly(shared.toString(), alone.toString());
        assertThat(listed(bo, "")).containsExactly(bos.toString(), shared.toString());
        assertThat(listed(bo, "isOwned=true")).containsExactly(bos.toString());
        assertThat(listed(bo, "isOwned=false")).containsExactly(shared.toString());
        assertThat(listed(ana, "isShared=true")).containsExactly(shared.toString());
        assertThat(listed(ana, "isShared=false")).containsExactly(alone.toString());
        assertThat(listed(ana, "assetId=" + photo)).containsExactly(alone.toString());
        assertThat(listed(bo, "assetId=" + photo)).isEmpty();
        assertThat(listed(ana, "id=" + shared)).containsExactly(shared.toString());
        assertThat(listed(bo, "id=" + alone)).isEmpty();
        assertThat(listed(ana, "name=Rom")).isEmpty();
        assertThat(listed(ana, "name=Rome")).hasSize(2);
        // As 2.x asked.
        assertThat(listed(bo, "shared=true")).containsExactly(shared.toString());
        assertThat(listed(bo, "shared=false")).containsExactly(bos.toString());
        wire.call(ana, GET, "/api/albums?isOwned=1", null, 400);

        var statistics = wire.get(bo, "/api/albums/statistics");
        assertThat(statistics.get("owned").asInt()).isEqualTo(1);
        assertThat(statistics.get("shared").asInt()).isEqualTo(1);
        assertThat(statistics.get("notShared").asInt()).isEqualTo(1);
    }

    @Test
    void whatIsInTheTrashOrHiddenCountsForNothing() {
        var shown = given.asset(ana, Map.of("visibility", "archive"));
        var hidden = given.asset(ana, Map.of("visibility", "hidden"));
        var trashed =
                given.asset(ana, Map.of("deleted_at", "2024-06-01T00:00:00Z", "status", "trashed"));
        var album = album(ana, hidden, trashed, shown);
        assertThat(get(ana, album).get("assetCount").asInt()).isEqualTo(1);
        assertThat(get(ana, album).get("albumThumbnailAssetId").asString())
                .isEqualTo(shown.toString());
    }

    @Test
    void photosWithAPlaceAreOnTheAlbumsMap() {
        var photo = photo(ana);
        jdbc.sql(
                        """
                        insert into asset_exif (asset_id, latitude, longitude, city, country)
                        values (?, 41.9, 12.5, 'Roma', 'Italy')
                        """)
                .param(photo)
                .update();
        var album = album(ana, photo, photo(ana));
        share(album, bo, "viewer");
        var markers = wire.get(bo, "/api/albums/" + album + "/map-markers");
        assertThat(markers.toString())
                .isEqualTo(
                        """
                        [{"id":"%s","lat":41.9,"lon":12.5,"city":"Roma","state":null,"country":"Italy"}]"""
                                .formatted(photo));
    }
}
