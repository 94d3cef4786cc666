using AuthzSim.Audit;
using AuthzSim.Requests;

namespace AuthzSim.Formats.Audit;

/// <summary>What events share, whichever thread reads them.</summary>
internal sealed class AuditCaches
{
    /// <summary>Users by their JSON.</summary>
    public ByteKeyedCache<UserInfo> Users { get; } = new(1 << 14);

    /// <summary>Reasons by their JSON.</summary>
    public ByteKeyedCache<string> Reasons { get; } = new(1 << 14);

    /// <summary>Actions by verb and path.</summary>
    public ByteKeyedCache<AuditedAction> Actions { get; } = new(1 << 14);
}
