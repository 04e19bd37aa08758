package no.delingsruter.support;

import java.lang.reflect.Method;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The JDK's keytool in this JVM: a process of its own takes ten times the processor's time. */
public final class Keytool {
    private static final Method MAIN = main();

    private Keytool() {}

    /**
     * @param keystore PKCS#12; made when it is not there
     * @param arguments such as {@code -genkeypair}, with what belongs to it; names of files are read where this JVM runs
     * @throws java.lang.reflect.InvocationTargetException with what keytool says
     */
    public static synchronized void run(Path keystore, String password, List<String> arguments)
            throws ReflectiveOperationException {
        List<String> all = new ArrayList<>(arguments);
        // With -debug it throws, where it would end the JVM
        all.addAll(List.of("-debug", "-storetype", "PKCS12", "-keystore", keystore.toString(), "-storepass", password));
        MAIN.invoke(null, (Object) all.toArray(String[]::new));
    }

    private static Method main() {
        try {
            // The pom's argLine opens it
            return Class.forName("sun.security.tools.keytool.Main").getMethod("main", String[].class);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(e);
        }
    }
}
