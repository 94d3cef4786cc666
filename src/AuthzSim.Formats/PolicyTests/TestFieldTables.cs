using AuthzSim.Formats.Json;

namespace AuthzSim.Formats.PolicyTests;

/// <summary>The fields of a test, in the order the decoders number them.</summary>
internal static class TestFieldTables
{
    public static FieldTable Test { get; } =
        new(false, "apiVersion", "kind", "metadata", "members", "allow", "deny", "only", "never", "changes");

    /// <summary>Fields of <c>allow</c> and <c>deny</c>, and of what is gained and lost.</summary>
    public static FieldTable Access { get; } = new(
        false, "name", "verbs", "resources", "resourceNames", "namespaces", "nonResourceURLs", "users", "groups", "serviceAccounts");

    public static FieldTable Only { get; } = new(
        false,
        "name", "verbs", "resources", "resourceNames", "namespaces", "nonResourceURLs", "users", "groups", "serviceAccounts",
        "except", "includeDefaultPolicy");

    public static FieldTable Never { get; } = new(
        false, "name", "verbs", "resources", "resourceNames", "namespaces", "nonResourceURLs", "except", "includeDefaultPolicy");

    public static FieldTable Except { get; } = new(false, "users", "groups", "serviceAccounts");

    public static FieldTable Change { get; } = new(false, "name", "apply", "delete", "gains", "losses", "noNewAccess");
}
