using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using AuthzSim.Rbac;
using AuthzSim.Server.State;

namespace AuthzSim.Server.Resources;

/// <summary>What kubectl shows of objects (upstream: <c>pkg/printers/internalversion/printers.go</c>).</summary>
internal static class TableColumns
{
    private const string NameText =
        "Name must be unique within a namespace. Is required when creating resources, although some resources may allow a client to request "
        + "the generation of an appropriate name automatically. Name is primarily intended for creation idempotence and configuration definition. "
        + "Cannot be updated. More info: https://kubernetes.io/docs/concepts/overview/working-with-objects/names#names";

    private const string CreatedText =
        "CreationTimestamp is a timestamp representing the server time when this object was created. It is not guaranteed to be set in "
        + "happens-before order across separate operations. Clients may not set this value. It is represented in RFC3339 form and is in UTC.\n\n"
        + "Populated by the system. Read-only. Null for lists. More info: "
        + "https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";

    private static readonly Column _name = new("Name", NameText, Format: "name");
    private static readonly Column _age = new("Age", CreatedText);

    private static readonly ImmutableArray<Column> _role = [_name, new("Created At", CreatedText)];

    private static readonly ImmutableArray<Column> _binding =
    [
        _name,
        new("Role", "The role that is granted"),
        _age,
        new("Users", "Users in the binding", Priority: 1),
        new("Groups", "Groups in the binding", Priority: 1),
        new("ServiceAccounts", "ServiceAccounts in the binding", Priority: 1),
    ];

    private static readonly ImmutableArray<Column> _namespace = [_name, new("Status", "The status of the namespace"), _age];
    private static readonly ImmutableArray<Column> _account = [_name, new("Secrets", "The number of secrets of the service account"), _age];

    /// <summary>Writes the columns of a resource as a member of the table.</summary>
    public static void Write(Utf8JsonWriter json, ServedResource resource)
    {
        json.WriteStartArray("columnDefinitions"u8);
        foreach (var column in ColumnsOf(resource))
        {
            json.WriteStartObject();
            json.WriteString("name"u8, column.Name);
            json.WriteString("type"u8, "string"u8);
            json.WriteString("format"u8, column.Format);
            json.WriteString("description"u8, column.Description);
            json.WriteNumber("priority"u8, column.Priority);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    /// <summary>Writes what the columns of an object hold, one value after the other.</summary>
    public static void WriteCells(Utf8JsonWriter json, StoredObject item, DateTimeOffset now)
    {
        json.WriteStringValue(item.Name);
        switch (item.Rbac)
        {
            case RbacRole:
                json.WriteStringValue(StoredObject.TimeText(item.CreatedAt));
                return;
            case RbacBinding binding:
                json.WriteStringValue($"{binding.RoleRef.Kind}/{binding.RoleRef.Name}");
                json.WriteStringValue(AgeOf(item, now));
                json.WriteStringValue(Subjects(binding, RbacNames.UserKind));
                json.WriteStringValue(Subjects(binding, RbacNames.GroupKind));
                json.WriteStringValue(Subjects(binding, RbacNames.ServiceAccountKind));
                return;
            default:
                if (item.Resource == ServedResource.Namespaces)
                {
                    json.WriteStringValue(item.DeletedAt is null ? "Active" : "Terminating");
                }
                else
                {
                    json.WriteNumberValue(SecretsOf(item));
                }

                json.WriteStringValue(AgeOf(item, now));
                return;
        }
    }

    /// <summary>A length of time in few characters (upstream: <c>HumanDuration</c> of <c>k8s.io/apimachinery/pkg/util/duration</c>).</summary>
    public static string AgeText(TimeSpan age)
    {
        var (seconds, minutes, hours) = ((long)age.TotalSeconds, (long)age.TotalMinutes, (long)age.TotalHours);
        return seconds switch
        {
            < -1 => "<invalid>",
            < 0 => "0s",
            < 120 => string.Create(CultureInfo.InvariantCulture, $"{seconds}s"),
            _ when minutes < 10 => Two(minutes, "m", seconds % 60, "s"),
            _ when minutes < 180 => Two(minutes, "m", 0, ""),
            _ when hours < 8 => Two(hours, "h", minutes % 60, "m"),
            _ when hours < 48 => Two(hours, "h", 0, ""),
            _ when hours < 24 * 8 => Two(hours / 24, "d", hours % 24, "h"),
            _ when hours < 24 * 365 * 2 => Two(hours / 24, "d", 0, ""),
            _ when hours < 24 * 365 * 8 => Two(hours / 24 / 365, "y", hours / 24 % 365, "d"),
            _ => Two(hours / 24 / 365, "y", 0, ""),
        };
    }

    private static string Two(long large, string unit, long small, string smallUnit) =>
        string.Create(CultureInfo.InvariantCulture, $"{large}{unit}{(small == 0 ? "" : $"{small}{smallUnit}")}");

    private static string AgeOf(StoredObject item, DateTimeOffset now) => AgeText(now - DateTimeOffset.FromUnixTimeSeconds(item.CreatedAt));

    private static string Subjects(RbacBinding binding, string kind) => string.Join(", ", binding.Subjects.Where(s => s.Kind == kind)
        .Select(s => kind == RbacNames.ServiceAccountKind ? $"{s.Namespace}/{s.Name}" : s.Name));

    private static int SecretsOf(StoredObject item)
    {
        if (item.Rest.IsEmpty)
        {
            return 0;
        }

        using var rest = JsonDocument.Parse(item.Rest);
        return rest.RootElement.TryGetProperty("secrets"u8, out var secrets) && secrets.ValueKind == JsonValueKind.Array ? secrets.GetArrayLength() : 0;
    }

    private static ImmutableArray<Column> ColumnsOf(ServedResource resource) => resource.Name switch
    {
        "roles" or "clusterroles" => _role,
        "rolebindings" or "clusterrolebindings" => _binding,
        "namespaces" => _namespace,
        _ => _account,
    };

    private sealed record Column(string Name, string Description, string Format = "", int Priority = 0);
}
