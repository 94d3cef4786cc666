using System.Text.Json.Nodes;
using AuthzSim.AccessReviews;
using AuthzSim.Formats;
using AuthzSim.Generation;
using AuthzSim.Rbac;
using AuthzSim.Requests;

namespace AuthzSim.Server.Tests;

/// <summary>Policies and questions to put to a server.</summary>
internal static class Given
{
    public static string Root { get; } = FolderOfTheSolution();

    /// <summary>The shop of the examples, with the default policy.</summary>
    /// <summary>The page that a diff of the example of what-if questions is.</summary>
    public static Uri DiffPage => new(Path.Combine(Root, "fixtures", "examples", "what-if", "expected", "diff.html"));

    public static PolicySet Shop => Policy(Path.Combine(Root, "fixtures", "examples", "shop"));

    public static string ShopChange => File.ReadAllText(Path.Combine(Root, "fixtures", "examples", "what-if", "change.yaml"));

    public static PolicySet Policy(string path) => PolicyLoader.Load([path], new PolicyLoadOptions()).Policy;

    public static FleetGenerator Fleet(int seed) => new(new FleetOptions { Bindings = 300, Seed = unchecked((ulong)seed) });

    /// <summary>A SubjectAccessReview as kube-apiserver sends it to its webhook.</summary>
    public static JsonObject Review(in RequestAttributes request, bool isBeta = false)
    {
        var spec = new JsonObject();
        if (request.IsResourceRequest)
        {
            spec["resourceAttributes"] = new JsonObject
            {
                ["namespace"] = request.Namespace,
                ["verb"] = request.Verb,
                ["group"] = request.ApiGroup,
                ["version"] = request.ApiVersion,
                ["resource"] = request.Resource,
                ["subresource"] = request.Subresource,
                ["name"] = request.Name,
            };
        }
        else
        {
            spec["nonResourceAttributes"] = new JsonObject { ["path"] = request.Path, ["verb"] = request.Verb };
        }

        spec["user"] = request.User.Name;
        spec[isBeta ? "group" : "groups"] = new JsonArray([.. request.User.Groups.Select(g => (JsonNode)g)]);
        return new JsonObject
        {
            ["kind"] = "SubjectAccessReview",
            ["apiVersion"] = $"{AccessReview.Group}/{(isBeta ? "v1beta1" : "v1")}",
            ["metadata"] = new JsonObject { ["creationTimestamp"] = null },
            ["spec"] = spec,
            ["status"] = new JsonObject { ["allowed"] = false },
        };
    }

    private static string FolderOfTheSolution()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "AuthzSim.sln")))
        {
            folder = folder.Parent ?? throw new DirectoryNotFoundException("AuthzSim.sln is in no folder above the tests.");
        }

        return folder.FullName;
    }
}
