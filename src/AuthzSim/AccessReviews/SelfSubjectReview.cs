using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.AccessReviews;

/// <summary>
/// The answer to a posted SelfSubjectReview, which is what <c>kubectl auth whoami</c> asks for: who the server takes the sender
/// for (upstream: <c>k8s.io/api/authentication/v1.SelfSubjectReview</c>).
/// </summary>
/// <param name="User">The sender after impersonation.</param>
/// <param name="CreationTimestamp">The instant of the answer as RFC 3339 writes it, or <c>""</c>.</param>
public sealed record SelfSubjectReview(UserInfo User, string CreationTimestamp = "")
{
    /// <summary>The API group.</summary>
    public const string Group = "authentication.k8s.io";

    /// <summary>The API version.</summary>
    public const string ApiVersion = Group + "/v1";

    /// <summary>The response body, byte for byte as the server writes it, without its final newline.</summary>
    public string ToJson()
    {
        var user = new GoJsonObject().Text("username", User.Name).Text("uid", User.Uid);
        if (!User.Groups.IsEmpty)
        {
            user.Json("groups", GoJson.Strings(User.Groups));
        }

        if (!User.Extra.IsEmpty)
        {
            var extra = new GoJsonObject();
            foreach (var (key, values) in User.Extra)
            {
                extra.Json(key, GoJson.Strings(values));
            }

            user.Json("extra", extra.ToString());
        }

        return new GoJsonObject()
            .Text("kind", nameof(SelfSubjectReview))
            .Text("apiVersion", ApiVersion)
            .Json("metadata", new GoJsonObject().Text("creationTimestamp", CreationTimestamp).ToString())
            .Json("status", new GoJsonObject().Json("userInfo", user.ToString()).ToString())
            .ToString();
    }
}
