package app.keepsake.immich.sync;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import app.keepsake.auth.Caller;
import app.keepsake.support.AssetFixtures;
import app.keepsake.support.Fixtures;
import app.keepsake.support.ServerTest;
import java.util.List;
import java.util.UUID;
import org.assertj.core.api.AbstractListAssert;
import org.assertj.core.groups.Tuple;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.web.servlet.assertj.MockMvcTester;

/** A phone of Ana's, and the others who share with her. */
@ServerTest
abstract class SyncTest {

    static final String[] PARTNERS = {
        "PartnersV1", "PartnerAssetsV2", "PartnerAssetExifsV1", "PartnerStacksV1"
    };

    static final String[] ALBUMS = {
        "AlbumsV2", "AlbumUsersV1", "AlbumAssetsV2", "AlbumAssetExifsV1", "AlbumToAssetsV1"
    };

    static final Tuple MARK = tuple("SyncAckV1", "");

    /** Of a stream that never was. */
    static final String AN_ID = "0199c000-0000-7000-8000-000000000000";

    @Autowired MockMvcTester http;
    @Autowired JdbcClient jdbc;
    @Autowired Fixtures users;
    @Autowired AssetFixtures given;
    Sharing sharing;
    Caller ana;
    Caller bob;
    Caller cleo;
    Phone phone;

    @BeforeEach
    void signIn() {
        sharing = new Sharing(jdbc);
        ana = users.user();
        bob = users.user();
        cleo = users.user();
        phone = new Phone(http, users, ana);
    }

    /** Type, and the first id that a line has. */
    static AbstractListAssert<?, List<? extends Tuple>, Tuple, ?> assertLines(
            List<Phone.Line> lines) {
        return assertThat(lines).extracting(Phone.Line::type, SyncTest::idOf);
    }

    static String idOf(Phone.Line line) {
        for (var field : List.of("assetId", "id", "stackId", "userId", "albumId", "sharedById")) {
            if (line.data().has(field)) {
                return line.text(field);
            }
        }
        return "";
    }

    static Tuple line(String type, UUID id) {
        return tuple(type, id.toString());
    }
}
