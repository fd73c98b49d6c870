package app.keepsake.support;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** A TCP port in front of another one, which a test can cut off and mend: a service that dies. */
public class CuttableConnection implements Closeable {

    private final InetSocketAddress target;
    private final int port;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocket door;

    /** Begins cut off. */
    public CuttableConnection(InetSocketAddress target) throws IOException {
        this.target = target;
        try (var free = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
    }

    public int port() {
        return port;
    }

    public void mend() throws IOException {
        var opened = new ServerSocket();
        opened.setReuseAddress(true);
        opened.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        door = opened;
        Thread.ofVirtual().start(() -> accept(opened));
    }

    /** Ends every connection; new ones are refused. */
    public void cut() throws IOException {
        if (door != null) {
            door.close();
            door = null;
        }
        for (var socket : sockets) {
            socket.close();
        }
        sockets.clear();
    }

    @Override
    public void close() throws IOException {
        cut();
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                var here = from.accept();
                var there = new Socket(target.getAddress(), target.getPort());
                sockets.add(here);
                sockets.add(there);
                Thread.ofVirtual().start(() -> copy(here, there));
                Thread.ofVirtual().start(() -> copy(there, here));
            } catch (IOException e) {
                if (!from.isClosed()) {
                    throw new UncheckedIOException(e);
                }
            }
        }
    }

    private static void copy(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException cut) {
            // both ends are closed now, which is what a cut is
        }
    }
}
