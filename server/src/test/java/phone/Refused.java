package phone;

/** The server has answered with a failure, as the app shows it. */
final class Refused extends RuntimeException {

    final int status;

    Refused(String call, int status, String message) {
        super("%s: %d %s".formatted(call, status, message));
        this.status = status;
    }
}
