using System.Collections.Immutable;

namespace AuthzSim.Authentication.FrontProxy;

/// <summary>
/// Which headers a front proxy may set (upstream: <c>RequestHeaderAuthenticationOptions</c> of
/// <c>k8s.io/apiserver/pkg/server/options/authentication.go</c>). The API server has no defaults for them.
/// </summary>
public sealed record RequestHeaderOptions
{
    private const string StandardUsername = "X-Remote-User";
    private const string StandardUid = "X-Remote-Uid";
    private const string StandardGroup = "X-Remote-Group";
    private const string StandardExtraPrefix = "X-Remote-Extra-";

    /// <summary>The headers removed from every request, whatever is configured.</summary>
    public static RequestHeaderOptions Standard { get; } = new()
    {
        UsernameHeaders = [StandardUsername],
        UidHeaders = [StandardUid],
        GroupHeaders = [StandardGroup],
        ExtraHeaderPrefixes = [StandardExtraPrefix],
    };

    /// <summary>Common names the proxy's certificate may have; empty for any.</summary>
    public ImmutableArray<string> AllowedNames { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Headers looked at for the user name, in order.</summary>
    public ImmutableArray<string> UsernameHeaders { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Headers looked at for the uid, in order.</summary>
    public ImmutableArray<string> UidHeaders { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Headers whose values are groups.</summary>
    public ImmutableArray<string> GroupHeaders { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>Prefixes of headers whose rest is a key of the extra attributes.</summary>
    public ImmutableArray<string> ExtraHeaderPrefixes { get; init => field = value.IsDefault ? [] : value; } = [];

    /// <summary>What is wrong with the flags, in the server's words and order; empty when nothing is.</summary>
    public ImmutableArray<string> Validate()
    {
        var errors = ImmutableArray.CreateBuilder<string>();
        ReportBlanks("requestheader-username-headers", UsernameHeaders);
        ReportBlanks("requestheader-group-headers", GroupHeaders);
        ReportBlanks("requestheader-extra-headers-prefix", ExtraHeaderPrefixes);
        ReportBlanks("requestheader-allowed-names", AllowedNames);
        ReportBlanks("requestheader-uid-headers", UidHeaders);
        if (Lacks(UidHeaders, StandardUid))
        {
            errors.Add(LackText("requestheader-uid-headers", StandardUid, "header"));
        }

        return errors.ToImmutable();

        void ReportBlanks(string flag, ImmutableArray<string> values)
        {
            if (values.Any(string.IsNullOrWhiteSpace))
            {
                errors.Add($"empty value in \"{flag}\"");
            }
        }
    }

    /// <summary>What the server writes into its log about the flags.</summary>
    public ImmutableArray<string> Warnings()
    {
        var warnings = ImmutableArray.CreateBuilder<string>();
        if (Lacks(UsernameHeaders, StandardUsername))
        {
            warnings.Add(LackText("requestheader-username-headers", StandardUsername, "header"));
        }

        if (Lacks(GroupHeaders, StandardGroup))
        {
            warnings.Add(LackText("requestheader-group-headers", StandardGroup, "header"));
        }

        if (Lacks(ExtraHeaderPrefixes, StandardExtraPrefix))
        {
            warnings.Add(LackText("requestheader-extra-headers-prefix", StandardExtraPrefix, "header prefix"));
        }

        return warnings.ToImmutable();
    }

    /// <summary>True for a header that one of the lists names.</summary>
    internal bool Names(string header) =>
        UsernameHeaders.Contains(header, StringComparer.OrdinalIgnoreCase)
        || UidHeaders.Contains(header, StringComparer.OrdinalIgnoreCase)
        || GroupHeaders.Contains(header, StringComparer.OrdinalIgnoreCase)
        || HasExtraPrefix(header);

    private bool HasExtraPrefix(string header)
    {
        foreach (var prefix in ExtraHeaderPrefixes)
        {
            if (header.StartsWith(prefix, StringComparison.OrdinalIgnoreCase))
            {
                return true;
            }
        }

        return false;
    }

    private static bool Lacks(ImmutableArray<string> headers, string standard) =>
        !headers.IsEmpty && !headers.Contains(standard, StringComparer.OrdinalIgnoreCase);

    private static string LackText(string flag, string standard, string what) =>
        $"--{flag} is set without specifying the standard {standard} {what} - API aggregation will not work";
}
