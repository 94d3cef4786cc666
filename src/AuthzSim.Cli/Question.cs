using AuthzSim.Discovery;
using AuthzSim.Requests;

namespace AuthzSim.Cli;

/// <summary>VERB and TYPE[/NAME] or NONRESOURCEURL of a command line (upstream: <c>kubectl/pkg/cmd/auth/cani.go</c>).</summary>
/// <param name="Verb">The verb as typed.</param>
/// <param name="NonResourceUrl">The URL, or null.</param>
/// <param name="Type">The resource type, or null.</param>
/// <param name="Name">The object's name, or <c>""</c>.</param>
internal sealed record Question(string Verb, string? NonResourceUrl, ResourceArgument? Type, string Name)
{
    /// <summary>Reads the two arguments.</summary>
    public static Question Parse(string verb, string target, RestMapper mapper)
    {
        if (target.StartsWith('/'))
        {
            return new Question(verb, target, null, "");
        }

        var slash = target.IndexOf('/', StringComparison.Ordinal);
        return slash < 0
            ? new Question(verb, null, ResourceArgument.Resolve(target, mapper), "")
            : new Question(verb, null, ResourceArgument.Resolve(target[..slash], mapper), target[(slash + 1)..]);
    }

    /// <summary>Prints kubectl's warnings in its order, and refuses a URL with a subresource.</summary>
    /// <param name="context">Where warnings go.</param>
    /// <param name="subresource">The subresource asked for, or <c>""</c>.</param>
    /// <param name="allNamespaces">True when the question is cluster-wide, which silences scope and verb.</param>
    /// <exception cref="CommandException">A URL has no subresources.</exception>
    public void Check(CommandContext context, string subresource, bool allNamespaces)
    {
        foreach (var warning in Type?.Warnings ?? [])
        {
            context.Warn(warning);
        }

        if (Type is null && subresource.Length > 0)
        {
            throw new CommandException("--subresource can not be used with NonResourceURL");
        }

        if (Type is not null && (allNamespaces || Type.Resource.IsEmpty))
        {
            return;
        }

        foreach (var warning in new[] { Type?.ScopeWarning, KnownVerbs.WarningFor(Verb, isNonResource: Type is null) })
        {
            if (warning is not null)
            {
                context.Warn(warning);
            }
        }
    }

    /// <summary>The path of the URL at which such a request arrives.</summary>
    public string UrlPath(string @namespace, string subresource)
    {
        if (Type is not { Resource: var resource })
        {
            return NonResourceUrl!;
        }

        var version = resource.Version.Length > 0 ? resource.Version : "v1";
        var root = resource.Group.Length == 0 ? $"/api/{version}" : $"/apis/{resource.Group}/{version}";
        var inside = @namespace.Length > 0 && Type.ApiResource is not { IsNamespaced: false } ? $"/namespaces/{@namespace}" : "";
        var name = Name.Length > 0 ? "/" + Name : "";
        return $"{root}{inside}/{resource.Resource}{name}{(subresource.Length > 0 ? "/" + subresource : "")}";
    }

    /// <summary>The request the question is about.</summary>
    public RequestAttributes ToAttributes(UserInfo user, string @namespace, string subresource) => Type is { Resource: var resource }
        ? RequestAttributes.ForResource(user, Verb, resource.Resource, resource.Group, @namespace, subresource, Name)
        : RequestAttributes.ForPath(user, Verb, NonResourceUrl!);
}
