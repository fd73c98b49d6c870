package app.keepsake.worker.duplicate;

import static app.keepsake.worker.support.WorkerFixtures.golden;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import app.keepsake.jobs.DetectDuplicates;
import app.keepsake.jobs.EmbedPicture;
import app.keepsake.jobs.JobHandler;
import app.keepsake.jobs.JobQueue;
import app.keepsake.worker.support.WorkerFixtures;
import app.keepsake.worker.support.WorkerTest;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** With the model that comes along, and its vectors of pictures and of worse copies of them. */
@WorkerTest
class DetectDuplicatesTests {

    @Autowired WorkerFixtures given;
    @Autowired JobHandler<EmbedPicture> embed;
    @Autowired DetectDuplicatesHandler handler;
    @Autowired JobQueue queue;
    @Autowired DataSource dataSource;
    private Path folder;
    private UUID ana;

    @BeforeEach
    void setUp(@TempDir Path folder) {
        this.folder = folder;
        ana = owner(given.asset());
    }

    private UUID owner(UUID asset) {
        return given.server()
                .sql("select owner_id from asset where id = ?")
                .param(asset)
                .query(UUID.class)
                .single();
    }

    private UUID photo(UUID owner, Path picture) throws Exception {
        var id = given.asset();
        given.server()
                .sql(
                        """
                        update asset set owner_id = :owner,
                            checksum = decode(md5(id::text) || '00000000', 'hex')
                        where id = :id
                        """)
                .param("owner", owner)
                .param("id", id)
                .update();
        given.showing(id, picture);
        embed.run(new EmbedPicture(id));
        return id;
    }

    private UUID photo(String golden) throws Exception {
        return photo(ana, golden(golden));
    }

    private UUID worseCopy(String golden) throws Exception {
        return photo(ana, worse(golden, 0.6f));
    }

    /** The same picture as a messenger sends it on. */
    private Path worse(String golden, float quality) throws IOException {
        var picture = requireNonNull(ImageIO.read(golden(golden).toFile()));
        var opaque =
                new BufferedImage(
                        picture.getWidth(), picture.getHeight(), BufferedImage.TYPE_INT_RGB);
        opaque.createGraphics().drawImage(picture, 0, 0, null);
        var file = folder.resolve(UUID.randomUUID() + ".jpg");
        var writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        var param = writer.getDefaultWriteParam();
        param.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        param.setCompressionQuality(quality);
        try (var output = ImageIO.createImageOutputStream(file.toFile())) {
            writer.setOutput(output);
            writer.write(null, new IIOImage(opaque, null, null), param);
        }
        return file;
    }

    private void detect(UUID... assets) {
        Arrays.stream(assets).forEach(asset -> handler.run(new DetectDuplicates(asset)));
    }

    private @Nullable UUID group(UUID asset) {
        return given.server()
                .sql("select duplicate_id from asset where id = ?")
                .param(asset)
                .query((row, _) -> row.getObject(1, UUID.class))
                .list()
                .getFirst();
    }

    private void set(UUID asset, String values) {
        given.server()
                .sql("update asset set %s where id = ?".formatted(values))
                .param(asset)
                .update();
    }

    /** Turns an asset's vector by as much as makes this distance from the first axis. */
    private void lies(UUID asset, double distance) {
        var vector = new double[512];
        vector[0] = 1 - distance;
        vector[1] = Math.sqrt(1 - vector[0] * vector[0]);
        given.server()
                .sql("update smart_search set embedding = ?::halfvec where asset_id = ?")
                .params(Arrays.toString(vector), asset)
                .update();
    }

    @Test
    void aPhotoAndAWorseCopyOfItAreOneGroupAndAnotherPhotoIsNot() throws Exception {
        var red = photo("red-car.png");
        var worse = worseCopy("red-car.png");
        var blue = photo("blue-car.png");
        detect(red, worse, blue);
        assertThat(group(red)).isNotNull().isEqualTo(group(worse));
        assertThat(group(blue)).isNull();
        assertThat(given.isDone(blue, "duplicates_detected_at")).isTrue();
    }

    @Test
    void otherPeoplesCopiesAreTheirs() throws Exception {
        var red = photo("red-car.png");
        var bos = photo(owner(given.asset()), golden("red-car.png"));
        detect(red, bos);
        assertThat(group(red)).isNull();
        assertThat(group(bos)).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "type = 'VIDEO'",
                "visibility = 'archive'",
                "visibility = 'locked'",
                "visibility = 'hidden'",
                "deleted_at = now(), status = 'trashed'"
            })
    void whatIsNotOnTheTimelineOrOfAnotherTypeIsNotCompared(String values) throws Exception {
        var red = photo("red-car.png");
        var other = worseCopy("red-car.png");
        set(other, values);
        detect(other, red);
        assertThat(group(red)).isNull();
        assertThat(group(other)).isNull();
    }

    @Test
    void stackedPhotosAreTogetherAlready() throws Exception {
        var red = photo("red-car.png");
        var other = worseCopy("red-car.png");
        given.server()
                .sql(
                        """
                        with made as (insert into stack (owner_id, primary_asset_id)
                            values (?, ?) returning id)
                        update asset set stack_id = made.id from made where asset.id = ?
                        """)
                .params(ana, other, other)
                .update();
        detect(other, red);
        assertThat(group(red)).isNull();
        assertThat(group(other)).isNull();
    }

    @Test
    void whoIsLikeMembersOfTwoGroupsMakesThemOne() throws Exception {
        // Each is 0.006 from the next and four times that from the one over next.
        var all = new UUID[5];
        for (int i = 0; i < all.length; i++) {
            all[i] = photo("red-car.png");
            var angle = i * Math.acos(1 - 0.006);
            lies(all[i], 1 - Math.cos(angle));
        }
        set(all[2], "visibility = 'archive'");
        detect(all);
        assertThat(group(all[0])).isNotNull().isEqualTo(group(all[1]));
        assertThat(group(all[3])).isNotNull().isEqualTo(group(all[4])).isNotEqualTo(group(all[0]));
        assertThat(group(all[2])).isNull();
        set(all[2], "visibility = 'timeline'");
        detect(all[2]);
        assertThat(Arrays.stream(all).map(this::group).distinct()).hasSize(1);
    }

    @Test
    void onceItLooksOtherwiseItLeavesItsGroupAndNoneIsLeftAlone() throws Exception {
        var red = photo("red-car.png");
        var worse = worseCopy("red-car.png");
        detect(red, worse);
        given.showing(worse, "sea.png");
        embed.run(new EmbedPicture(worse));
        detect(worse);
        assertThat(group(worse)).isNull();
        assertThat(group(red)).isNull();
    }

    @Test
    void whatItsOwnerHasDismissedStaysApartUntilAnotherIsLikeBoth() throws Exception {
        var red = photo("red-car.png");
        var worse = worseCopy("red-car.png");
        var blue = photo("blue-car.png");
        dismissed(red, blue);
        dismissed(blue, worse);
        detect(red, worse);
        assertThat(group(red)).isNotNull().isEqualTo(group(worse));
        dismissed(red, worse);
        detect(worse, red);
        assertThat(group(red)).isNull();
        assertThat(group(worse)).isNull();
        var fresh = worseCopy("red-car.png");
        detect(fresh, red, worse);
        assertThat(group(fresh)).isNotNull().isEqualTo(group(red)).isEqualTo(group(worse));
    }

    /** As the server writes it. */
    private void dismissed(UUID... assets) {
        var dismissal = UUID.randomUUID();
        for (var asset : assets) {
            given.server()
                    .sql("insert into dismissed_duplicate (asset_id, dismissal_id) values (?, ?)")
                    .params(asset, dismissal)
                    .update();
        }
    }

    @Test
    void whatAnotherModelSawIsNotCompared() throws Exception {
        var red = photo("red-car.png");
        var worse = worseCopy("red-car.png");
        given.server()
                .sql("update smart_search set model = 'former' where asset_id = ?")
                .param(worse)
                .update();
        detect(red, worse);
        assertThat(group(red)).isNull();
    }

    @ParameterizedTest
    @CsvSource({"0.02, true", "0.005, false"})
    void howMuchMayDifferIsAdministratorsToSay(double maxDistance, boolean isGroup)
            throws Exception {
        var one = photo("red-car.png");
        var other = photo("red-car.png");
        lies(one, 0);
        lies(other, 0.015 - (isGroup ? 0 : 0.007));
        given.config(
                "{\"machineLearning\": {\"duplicateDetection\": {\"maxDistance\": %s}}}"
                        .formatted(maxDistance));
        try {
            detect(one);
        } finally {
            given.config("{}");
        }
        assertThat(group(one) != null).isEqualTo(isGroup);
        assertThat(group(other)).isEqualTo(group(one));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"enabled\": false}",
                "{\"clip\": {\"enabled\": false}}",
                "{\"duplicateDetection\": {\"enabled\": false}}"
            })
    void isLeftUndoneWhereAdministratorsWantNone(String switchedOff) throws Exception {
        var red = photo("red-car.png");
        var worse = worseCopy("red-car.png");
        given.config("{\"machineLearning\": %s}".formatted(switchedOff));
        try {
            detect(red, worse);
        } finally {
            given.config("{}");
        }
        assertThat(group(red)).isNull();
        assertThat(given.isDone(red, "duplicates_detected_at")).isFalse();
    }

    @Test
    void manyAtOnceBecomeOneGroup() throws Exception {
        var all = new UUID[12];
        for (int i = 0; i < all.length; i++) {
            all[i] = photo("red-car.png");
        }
        Arrays.stream(all).parallel().forEach(this::detect);
        assertThat(group(all[0])).isNotNull();
        assertThat(Arrays.stream(all).map(this::group).distinct()).hasSize(1);
    }

    @Test
    void whileOneOfAnOwnersAssetsIsComparedTheNextWaits() throws Exception {
        var red = photo("red-car.png");
        var worse = worseCopy("red-car.png");
        var bo = owner(given.asset());
        var bos = photo(bo, golden("red-car.png"));
        try (var other = dataSource.getConnection()) {
            other.setAutoCommit(false);
            try (var lock =
                    other.prepareStatement(
                            "select pg_advisory_xact_lock(hashtextextended('duplicates ' || ?::text, 0))::text")) {
                lock.setObject(1, ana);
                lock.executeQuery().close();
            }
            var compared = CompletableFuture.runAsync(() -> detect(red));
            await().until(this::isSomebodyWaitingForALock);
            detect(bos);
            assertThat(compared).isNotDone();
            assertThat(group(red)).isNull();
            other.commit();
            compared.get(1, TimeUnit.MINUTES);
        }
        assertThat(group(red)).isNotNull().isEqualTo(group(worse));
    }

    private boolean isSomebodyWaitingForALock() {
        return given.server()
                .sql(
                        "select exists (select from pg_locks where locktype = 'advisory' and not granted)")
                .query(Boolean.class)
                .single();
    }

    @Test
    void takesItsJobsFromTheQueueAndEndsQuietlyWhenTheAssetHasVanished() throws Exception {
        detect(UUID.randomUUID());
        var red = photo("red-car.png");
        var worse = worseCopy("red-car.png");
        queue.add(new DetectDuplicates(red));
        await().until(() -> given.isDone(red, "duplicates_detected_at"));
        assertThat(group(worse)).isNotNull().isEqualTo(group(red));
    }
}
