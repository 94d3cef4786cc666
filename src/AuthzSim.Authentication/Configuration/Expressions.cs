namespace AuthzSim.Authentication.Configuration;

/// <summary>Where a configuration has CEL expressions.</summary>
internal static class Expressions
{
    /// <summary>The paths of all fields that hold one, in the order of validation.</summary>
    public static IEnumerable<string> Fields(AuthenticationConfiguration configuration) =>
        configuration.Jwt.SelectMany((jwt, i) => Fields(jwt, $"jwt[{i}]"));

    private static IEnumerable<string> Fields(JwtAuthenticator jwt, string path)
    {
        var mappings = jwt.ClaimMappings;
        return
        [
            .. Listed(jwt.ClaimValidationRules.Select(r => r.Expression), $"{path}.claimValidationRules", "expression"),
            .. Single(mappings.Username.Expression, $"{path}.claimMappings.username.expression"),
            .. Single(mappings.Groups.Expression, $"{path}.claimMappings.groups.expression"),
            .. Single(mappings.Uid.Expression, $"{path}.claimMappings.uid.expression"),
            .. Listed(mappings.Extra.Select(e => e.ValueExpression), $"{path}.claimMappings.extra", "valueExpression"),
            .. Listed(jwt.UserValidationRules.Select(r => r.Expression), $"{path}.userValidationRules", "expression"),
        ];
    }

    private static IEnumerable<string> Single(string expression, string path) => expression.Length == 0 ? [] : [path];

    private static IEnumerable<string> Listed(IEnumerable<string> expressions, string path, string field) =>
        expressions.Index().Where(e => e.Item.Length > 0).Select(e => $"{path}[{e.Index}].{field}");
}
