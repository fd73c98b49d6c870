package phone;

import app.keepsake.support.ServerTest;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import javax.imageio.ImageIO;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Three people with two phones each do what comes to their minds, while networks break and other
 * transactions come late. At the end of each phase every phone has what the server has for it (I5).
 *
 * <p>{@code -Dphone.seed=…} repeats what a failure has printed, as far as a server with threads of
 * its own repeats anything.
 */
@ServerTest
class ModelTests {

    private static final int STEPS_OF_A_PHASE = 40;

    /** How many transactions may be late at a time. */
    private static final int LANES = 2;

    @Autowired JdbcClient jdbc;
    @Autowired DataSource database;
    @LocalServerPort int port;

    @Test
    void phonesEqualTheServer() throws Exception {
        run(20261123, 4);
    }

    @Test
    void phonesEqualTheServerWhateverComes() throws Exception {
        run(Long.getLong("phone.seed", System.nanoTime()), 2);
    }

    @Test
    @Tag("long")
    void phonesEqualTheServerForLong() throws Exception {
        run(Long.getLong("phone.seed", System.nanoTime()), 100);
    }

    private void run(long seed, int phases) throws Exception {
        var history = new ArrayList<String>();
        var phones = phones();
        try {
            live(new Random(seed), phases, phones, history);
        } catch (AssertionError | RuntimeException e) {
            var last = history.subList(Math.max(0, history.size() - 150), history.size());
            throw new AssertionError(
                    "seed %d, step %d: %s%nbefore it:%n%s"
                            .formatted(
                                    seed, history.size(), e.getMessage(), String.join("\n", last)),
                    e);
        } finally {
            phones.forEach(Phone::close);
        }
    }

    private List<Phone> phones() {
        var phones = new ArrayList<Phone>();
        for (var name : List.of("ana", "ben", "cleo")) {
            var email = Accounts.create(jdbc, name);
            for (var model : List.of("Pixel 9", "iPhone 17")) {
                var phone = Phone.connect(URI.create("http://127.0.0.1:" + port), model);
                phones.add(phone.login(email, Accounts.PASSWORD));
            }
            phones.getLast().post("/auth/pin-code", Contract.body("pinCode", "123456"));
            for (int lane = 0; lane < LANES; lane++) {
                phones.getLast().post("/albums", Contract.body("albumName", "LATE" + lane));
            }
        }
        return phones;
    }

    private void live(Random random, int phases, List<Phone> phones, List<String> history)
            throws IOException, SQLException {
        var moves = new Moves(jdbc, random, picture(), phones);
        var late = new @Nullable LateTransaction[LANES];
        try {
            for (int phase = 0; phase < phases; phase++) {
                phones.forEach(
                        phone ->
                                phone.post(
                                        "/auth/session/unlock",
                                        Contract.body("pinCode", "123456")));
                for (int step = 0; step < STEPS_OF_A_PHASE; step++) {
                    var which = random.nextInt(phones.size());
                    var phone = phones.get(which);
                    history.add("phone " + which + " of " + phone.userId() + ": ...");
                    var what =
                            switch (random.nextInt(10)) {
                                case 0, 1 -> syncBadly(phone, random);
                                case 2, 3 -> beLate(late, phones, random);
                                default -> moves.make(phone);
                            };
                    history.set(history.size() - 1, "phone " + which + ": " + what);
                    moves.isAnyoneLate = late[0] != null || late[1] != null;
                }
                for (int which = 0; which < phones.size(); which++) {
                    var phone = phones.get(which);
                    // Some versions of the app let go of what nothing leads to, some do not.
                    var prunes = which % 2 == 0;
                    Contents.awaitEqual(
                            jdbc,
                            phone,
                            () -> {
                                phone.sync();
                                if (prunes) {
                                    phone.prune();
                                }
                            });
                }
                history.add("all phones equal the server");
            }
        } finally {
            for (var transaction : late) {
                if (transaction != null) {
                    transaction.close();
                }
            }
        }
    }

    private static String syncBadly(Phone phone, Random random) {
        var network =
                new Sync.Network(
                        1 + random.nextInt(20),
                        random.nextBoolean() ? -1 : random.nextInt(60),
                        random.nextBoolean() ? -1 : random.nextInt(12),
                        random.nextBoolean());
        return "sync %s: %s".formatted(network, phone.sync(network));
    }

    /** Opens, writes to, or commits one of the late transactions. */
    private String beLate(@Nullable LateTransaction[] late, List<Phone> phones, Random random)
            throws SQLException {
        int lane = random.nextInt(late.length);
        var transaction = late[lane];
        if (transaction == null) {
            late[lane] = new LateTransaction(database, random, "LATE" + lane);
            return "begin late " + lane;
        }
        if (random.nextInt(3) > 0) {
            var user = phones.get(random.nextInt(phones.size())).userId();
            transaction.write(user);
            return "write late %d for %s".formatted(lane, user);
        }
        transaction.commit();
        transaction.close();
        late[lane] = null;
        return "commit late " + lane;
    }

    private static byte[] picture() throws IOException {
        var bytes = new ByteArrayOutputStream();
        ImageIO.write(
                new java.awt.image.BufferedImage(8, 8, java.awt.image.BufferedImage.TYPE_INT_RGB),
                "jpg",
                bytes);
        return bytes.toByteArray();
    }
}
