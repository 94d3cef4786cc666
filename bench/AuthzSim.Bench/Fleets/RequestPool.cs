using AuthzSim.Requests;

namespace AuthzSim.Bench.Fleets;

/// <summary>Makes equal texts and equal users of requests the same objects.</summary>
internal sealed class RequestPool
{
    private readonly Dictionary<string, string> _texts = new(StringComparer.Ordinal);
    private readonly Dictionary<UserInfo, UserInfo> _users = [];

    public RequestAttributes Shared(RequestAttributes request) => request with
    {
        User = Shared(request.User),
        Verb = Shared(request.Verb),
        Namespace = Shared(request.Namespace),
        ApiGroup = Shared(request.ApiGroup),
        Resource = Shared(request.Resource),
        Subresource = Shared(request.Subresource),
        Name = Shared(request.Name),
        Path = Shared(request.Path),
    };

    private UserInfo Shared(UserInfo user)
    {
        if (!_users.TryGetValue(user, out var shared))
        {
            shared = user with { Name = Shared(user.Name), Groups = [.. user.Groups.Select(Shared)] };
            _users.Add(shared, shared);
        }

        return shared;
    }

    private string Shared(string text)
    {
        if (!_texts.TryGetValue(text, out var shared))
        {
            // A copy: the generator hands out the very constants that the rules of the policy hold.
            shared = text.Length == 0 ? "" : new string(text.AsSpan());
            _texts.Add(shared, shared);
        }

        return shared;
    }
}
