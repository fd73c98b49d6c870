package app.keepsake.immich.sync;

import static org.assertj.core.api.Assertions.assertThat;

import app.keepsake.auth.Caller;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** The stream as phones read it, line by line. */
@ServerTest
class SyncControllerTests {

    static final String[] ALL = {
        "AssetEditsV1",
        "AssetMetadataV1",
        "UserMetadataV1",
        "AssetFacesV2",
        "PeopleV1",
        "MemoryToAssetsV1",
        "MemoriesV1",
        "PartnerAssetExifsV1",
        "AssetOcrV1",
        "AlbumAssetExifsV1",
        "AssetExifsV1",
        "AlbumToAssetsV1",
        "AlbumUsersV1",
        "AlbumsV2",
        "AlbumsV1",
        "AlbumAssetsV2",
        "PartnerStacksV1",
        "PartnerAssetsV2",
        "StacksV1",
        "AssetsV2",
        "PartnersV1",
        "UsersV1",
        "AuthUsersV1"
    };

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    Caller ana;
    Phone phone;

    @BeforeEach
    void signIn() {
        ana = users.user();
        phone = new Phone(http, users, ana);
    }

    @Test
    void aFirstSyncTellsAllAndTheSecondNothing() {
        var asset = given.asset(ana, Map.of("thumbhash", "\\x0102"));
        jdbc.sql("insert into asset_exif (asset_id, make) values (?, 'Acme')")
                .param(asset)
                .update();
        var lines = phone.stream("AssetExifsV1", "AssetsV2", "AuthUsersV1", "AssetsV2");
        assertThat(lines)
                .extracting(Phone.Line::type)
                .containsExactly("AuthUserV1", "AssetV2", "AssetExifV1", "SyncCompleteV1");
        var told = lines.stream().filter(line -> line.type().equals("AssetV2")).findFirst();
        assertThat(told.orElseThrow().text("id")).isEqualTo(asset.toString());
        assertThat(told.orElseThrow().text("localDateTime")).isEqualTo("2024-05-06T07:08:09.000Z");
        assertThat(Base64.getDecoder().decode(told.orElseThrow().text("thumbhash")))
                .containsExactly(1, 2);
        assertThat(told.orElseThrow().text("checksum")).hasSize(28);
        phone.ack(lines);
        assertThat(phone.stream("AssetExifsV1", "AssetsV2", "AuthUsersV1"))
                .extracting(Phone.Line::type)
                .containsExactly("SyncCompleteV1");
    }

    @Test
    void anythingCanBeAskedFor() {
        assertThat(phone.sync(ALL)).isNotEmpty();
        assertThat(phone.sync(ALL)).extracting(Phone.Line::type).doesNotContain("AuthUserV1");
    }

    @Test
    void marksAreKeptUntilTheyAreForgotten() {
        phone.sync("AuthUsersV1");
        assertThat(phone.marks()).containsOnlyKeys("AuthUserV1", "SyncCompleteV1");
        assertThat(phone.forget("{\"types\": [\"AuthUserV1\", \"AssetV1\"]}")).hasStatus(204);
        assertThat(phone.marks()).containsOnlyKeys("SyncCompleteV1");
        assertThat(phone.sync("AuthUsersV1")).hasSize(1);
        assertThat(phone.forget("")).hasStatus(204);
        assertThat(phone.marks()).isEmpty();
        assertThat(phone.forget("{\"types\": [\"AlbumV1\"]}")).hasStatus(204);
    }
}
