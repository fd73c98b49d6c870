package phone;

/** The app has thrown: what a server said cannot be read or kept by it. */
final class AppBroke extends RuntimeException {

    AppBroke(String reason) {
        super(reason);
    }

    AppBroke(String reason, Throwable cause) {
        super(reason + ": " + cause.getMessage(), cause);
    }
}
