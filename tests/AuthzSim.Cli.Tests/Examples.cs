namespace AuthzSim.Cli.Tests;

/// <summary>The files of fixtures/examples/authentication.</summary>
internal static class Examples
{
    public static string Tokens => Of("tokens.csv");

    public static string Passwords => Of("passwords.csv");

    public static string Kubeconfig => Of("kubeconfig.yaml");

    public static string Manifest => Of("kube-apiserver.yaml");

    public static string Objects => Of("objects");

    public static string SigningKey => Of("test-signing-key.pem");

    public static string PublicKey => Of("test-signing-key.pub");

    private static string Of(string name) => Path.Combine(CommandLine.Root, "fixtures", "examples", "authentication", name);
}
