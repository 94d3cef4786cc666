using System.Collections.Immutable;
using AuthzSim.Authorization;
using AuthzSim.Rbac;
using AuthzSim.Requests;
using AuthzSim.Text;

namespace AuthzSim.Writes;

/// <summary>The failures of the API server, by the names of upstream's <c>k8s.io/apimachinery/pkg/api/errors</c>.</summary>
public static class ApiStatuses
{
    /// <summary>403 of the authorization filter.</summary>
    /// <param name="attributes">The request that was not allowed.</param>
    /// <param name="reason">The authorizer's reason, or <c>""</c>.</param>
    public static ApiStatus Forbidden(in RequestAttributes attributes, string reason) => About(
        403, "Forbidden", ForbiddenMessage.Of(attributes, reason), attributes.ApiGroup, attributes.Resource, attributes.Name);

    /// <summary>403 with a text of one's own after <c>… is forbidden: </c>.</summary>
    /// <param name="apiGroup">The API group.</param>
    /// <param name="resource">The plural resource.</param>
    /// <param name="name">The object's name, or <c>""</c>.</param>
    /// <param name="message">The text.</param>
    public static ApiStatus Forbidden(string apiGroup, string resource, string name, string message) => About(
        403, "Forbidden", ForbiddenMessage.Prefix(apiGroup, resource, name) + message, apiGroup, resource, name);

    /// <summary>400 with nothing but a text.</summary>
    /// <param name="message">The text.</param>
    public static ApiStatus BadRequest(string message) => new() { Code = 400, Reason = "BadRequest", Message = message };

    /// <summary>401, whatever the reason, which the client is not told.</summary>
    public static ApiStatus Unauthorized { get; } = new() { Code = 401, Reason = "Unauthorized", Message = "Unauthorized" };

    /// <summary>404 of an object.</summary>
    /// <param name="apiGroup">The API group.</param>
    /// <param name="resource">The plural resource.</param>
    /// <param name="name">The object's name.</param>
    public static ApiStatus NotFound(string apiGroup, string resource, string name) => About(
        404, "NotFound", $"{GroupResource(apiGroup, resource)} {GoText.Quote(name)} not found", apiGroup, resource, name);

    /// <summary>409 of an object that is there already.</summary>
    /// <param name="apiGroup">The API group.</param>
    /// <param name="resource">The plural resource.</param>
    /// <param name="name">The object's name.</param>
    public static ApiStatus AlreadyExists(string apiGroup, string resource, string name) => About(
        409, "AlreadyExists", $"{GroupResource(apiGroup, resource)} {GoText.Quote(name)} already exists", apiGroup, resource, name);

    /// <summary>409 of an update that was made for another state of the object.</summary>
    /// <param name="apiGroup">The API group.</param>
    /// <param name="resource">The plural resource.</param>
    /// <param name="name">The object's name.</param>
    /// <param name="message">What is the matter.</param>
    public static ApiStatus Conflict(string apiGroup, string resource, string name, string message) => About(
        409, "Conflict",
        $"Operation cannot be fulfilled on {GroupResource(apiGroup, resource)} {GoText.Quote(name)}: {message}",
        apiGroup, resource, name);

    /// <summary>422 of an object that validation refuses. Details name the kind, where other failures name the resource.</summary>
    /// <param name="apiGroup">The API group.</param>
    /// <param name="kind">The kind.</param>
    /// <param name="name">The object's name, or <c>""</c>.</param>
    /// <param name="errors">The findings in order, at least one.</param>
    public static ApiStatus Invalid(string apiGroup, string kind, string name, ImmutableArray<FieldError> errors)
    {
        var aggregate = AggregateError.Join(errors.Select(e => e.ToString()));
        var status = About(
            422, "Invalid", $"{GroupResource(apiGroup, kind)} {GoText.Quote(name)} is invalid: {aggregate}", apiGroup, kind, name);
        return status with
        {
            Details = status.Details! with { Causes = [.. errors.Select(e => new StatusCause(e.Reason, e.Message, e.Field))] },
        };
    }

    /// <summary>500 of an authorizer that could not decide.</summary>
    /// <param name="error">Its error.</param>
    public static ApiStatus InternalError(string error) => new()
    {
        Code = 500,
        Reason = "InternalError",
        Message = $"Internal error occurred: {error}",
        Details = new StatusDetails { Causes = [new StatusCause("", error, "")] },
    };

    /// <summary>500 of an error that is no API error: its text alone, without a reason.</summary>
    /// <param name="message">The text.</param>
    public static ApiStatus Plain(string message) => new() { Code = 500, Message = message };

    private static ApiStatus About(int code, string reason, string message, string group, string kind, string name) => new()
    {
        Code = code,
        Reason = reason,
        Message = message,
        Details = new StatusDetails { Name = name, Group = group, Kind = kind },
    };

    private static string GroupResource(string group, string resource) => group.Length == 0 ? resource : $"{resource}.{group}";
}
