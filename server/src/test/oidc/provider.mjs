// An OpenID Connect provider for tests: a real one (oidc-provider), whose users log in by being named in
// login_hint, and which can be told to misbehave. Prints its address once it listens.
//   PUT /test/accounts/<sub>   claims of a user
//   POST /test/expire          makes the code in the body too old
//   PUT /test/forgery          claims to put into the next ID token, which is signed as any other
//   POST /test/sign?typ=…      signs the claims in the body
// With &by=stranger the signature of these two is by a key that nobody knows, which says that it is the provider's.
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { exportJWK, generateKeyPair, SignJWT, decodeJwt, decodeProtectedHeader } from "jose";
import Provider from "oidc-provider";

const { privateKey } = await generateKeyPair("RS256", { extractable: true });
const key = { ...(await exportJWK(privateKey)), kid: "test", alg: "RS256", use: "sig" };
const stranger = await generateKeyPair("RS256");
const accounts = new Map();
let forgery = null;

const sign = (claims, typ = "JWT", by = "provider") =>
  new SignJWT(claims)
    .setProtectedHeader({ alg: "RS256", kid: "test", typ })
    .sign(by === "stranger" ? stranger.privateKey : privateKey);

const server = createServer();
await new Promise((listening) => server.listen(0, "127.0.0.1", listening));
const issuer = `http://127.0.0.1:${server.address().port}`;

const provider = new Provider(issuer, {
  clients: [
    {
      client_id: "keepsake",
      client_secret: "a secret between the two",
      application_type: "native",
      token_endpoint_auth_method: "client_secret_post",
      backchannel_logout_uri: "http://localhost/api/oauth/backchannel-logout",
      backchannel_logout_session_required: true,
      redirect_uris: ["http://localhost/auth/login", "https://photos.example.org/api/oauth/mobile-redirect"],
    },
  ],
  jwks: { keys: [key] },
  cookies: { keys: ["test"] },
  claims: {
    openid: ["sub", "sid"],
    email: ["email", "email_verified"],
    profile: ["name", "preferred_username", "immich_quota", "immich_role", "photo_gib", "photo_role"],
  },
  pkce: { required: () => true },
  features: { devInteractions: { enabled: false }, backchannelLogout: { enabled: true } },
  interactions: { url: (_, interaction) => `/test/interaction/${interaction.uid}` },
  findAccount: (_, sub) => ({ accountId: sub, claims: () => ({ ...accounts.get(sub), sub }) }),
});
provider.use(async (ctx, next) => {
  await next();
  if (forgery && ctx.body?.id_token) {
    const { typ } = decodeProtectedHeader(ctx.body.id_token);
    ctx.body.id_token = await sign({ ...decodeJwt(ctx.body.id_token), ...forgery.claims }, typ, forgery.by);
    forgery = null;
  }
});

const answer = provider.callback();
server.on("request", async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, issuer);
  if (pathname.startsWith("/test/accounts/")) {
    accounts.set(pathname.slice("/test/accounts/".length), JSON.parse(await text(request)));
    response.end();
  } else if (pathname === "/test/forgery") {
    forgery = { claims: JSON.parse(await text(request)), by: searchParams.get("by") };
    response.end();
  } else if (pathname === "/test/expire") {
    const code = await provider.AuthorizationCode.find(await text(request));
    code.exp = code.iat - 1;
    await code.save();
    response.end();
  } else if (pathname === "/test/sign") {
    response.end(await sign(JSON.parse(await text(request)), searchParams.get("typ"), searchParams.get("by")));
  } else if (pathname.startsWith("/test/interaction/")) {
    // Whoever is asked whether Keepsake may know who they are says yes.
    const { params, session } = await provider.interactionDetails(request, response);
    const accountId = session?.accountId ?? params.login_hint;
    const grant = new provider.Grant({ clientId: params.client_id, accountId });
    grant.addOIDCScope("openid email profile");
    await provider.interactionFinished(request, response, {
      login: { accountId },
      consent: { grantId: await grant.save() },
    });
  } else {
    answer(request, response);
  }
});
// With its parent, so that a killed test leaves no process behind.
process.stdin.on("end", () => process.exit()).resume();
console.log(issuer);
