using System.Text;
using AuthzSim.Formats;
using AuthzSim.Rbac;

namespace AuthzSim.Cli.Output;

/// <summary>Objects as a folder: a YAML file for each namespace, and one for what is in none.</summary>
internal static class FleetFolder
{
    private const string ClusterWide = "cluster-wide";

    /// <summary>
    /// Writes objects as they come, with one file open at a time: fast when those of a namespace come together, as
    /// <see cref="Generation.FleetGenerator.Objects"/> gives them.
    /// </summary>
    /// <param name="objects">The objects.</param>
    /// <param name="folder">An empty folder.</param>
    public static void Write(IEnumerable<RbacObject> objects, string folder)
    {
        StreamWriter? file = null;
        string? current = null;
        var isFirst = true;
        try
        {
            foreach (var item in objects)
            {
                var name = item.IsNamespaced ? item.Metadata.Namespace : ClusterWide;
                if (file is null || name != current)
                {
                    file?.Dispose();
                    file = new StreamWriter(Path.Combine(folder, $"{name}.yaml"), append: true, new UTF8Encoding(false));
                    (current, isFirst) = (name, file.BaseStream.Position == 0);
                }

                file.Write(isFirst ? "" : "---\n");
                isFirst = false;
                ManifestWriter.WriteYaml([item], file);
            }
        }
        finally
        {
            file?.Dispose();
        }
    }
}
